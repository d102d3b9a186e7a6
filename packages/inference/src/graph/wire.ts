/** The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/), as far as ONNX files use it. */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

export interface WireField {
  readonly number: number;
  /** The whole field with its tag, to be copied as it is. */
  readonly raw: Uint8Array;
  /** What a length-delimited field holds, or one of four or eight bytes; empty for numbers of other lengths. */
  readonly bytes: Uint8Array;
  /** What a varint field holds; 0 for others. */
  readonly value: bigint;
}

/**
 * The fields of one message in order. Nothing is copied.
 * @throws RangeError when the bytes are not a message
 */
export function* readFields(message: Uint8Array): Generator<WireField> {
  let at = 0;
  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('a number is cut off');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number has more than ten bytes');
  }
  function take(count: number): Uint8Array {
    if (count > message.length - at) throw new RangeError(`a field of ${count} bytes is cut off`);
    at += count;
    return message.subarray(at - count, at);
  }
  while (at < message.length) {
    const start = at;
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    if (number < 1 || number > 0x1fff_ffff) throw new RangeError(`no field has the number ${number}`);
    let bytes = new Uint8Array(0);
    let value = 0n;
    if (tag % 8 === VARINT) value = varint();
    else if (tag % 8 === BYTES) bytes = take(Number(varint())) as Uint8Array<ArrayBuffer>;
    else if (tag % 8 === FIXED64) bytes = take(8) as Uint8Array<ArrayBuffer>;
    else if (tag % 8 === FIXED32) bytes = take(4) as Uint8Array<ArrayBuffer>;
    else throw new RangeError(`field ${number} has the unknown wire type ${tag % 8}`);
    yield { number, raw: message.subarray(start, at), bytes, value };
  }
}

/** A length-delimited field: text, or a message made of parts. */
export function bytesField(number: number, content: string | readonly Uint8Array[]): Uint8Array {
  const parts = typeof content === 'string' ? [new TextEncoder().encode(content)] : content;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return join([varintOf(number * 8 + BYTES), varintOf(length), ...parts]);
}

/** A varint field; only numbers from 0 are needed here. */
export function numberField(number: number, value: number): Uint8Array {
  return join([varintOf(number * 8 + VARINT), varintOf(value)]);
}

/** A field of four bytes that holds a number of single precision. */
export function float32Field(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return join([varintOf(number * 8 + FIXED32), bytes]);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.of(...bytes, rest);
}
