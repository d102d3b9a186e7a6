import { bytesField, join, numberField, readFields } from '../graph/wire.js';

/** Numbers of TensorProto's fields and of the element types that conversion knows, in onnx.proto. */
const TENSOR = { dims: 1, dataType: 2, floatData: 4, name: 8, rawData: 9 } as const;
export const ELEMENT = { float: 1, uint8: 2, float16: 10 } as const;

/** A weight as the graph holds it. */
export interface FloatTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/**
 * Reads an initializer.
 * @returns null when it is not of float32
 * @throws RangeError when its bytes are not as many as its shape says
 */
export function readFloatTensor(message: Uint8Array): FloatTensor | null {
  const dims: number[] = [];
  let [type, name, raw]: [number, string, Uint8Array | null] = [0, '', null];
  const floats: Uint8Array[] = [];
  for (const { number, bytes, value } of readFields(message)) {
    if (number === TENSOR.dims) dims.push(...(bytes.length > 0 ? packed(bytes) : [Number(value)]));
    else if (number === TENSOR.dataType) type = Number(value);
    else if (number === TENSOR.name) name = new TextDecoder().decode(bytes);
    else if (number === TENSOR.rawData) raw = bytes;
    else if (number === TENSOR.floatData) floats.push(bytes);
  }
  if (type !== ELEMENT.float) return null;
  const bytes = raw ?? join(floats);
  const count = dims.reduce((product, side) => product * side, 1);
  if (bytes.length !== count * 4) {
    throw new RangeError(`${name} has ${bytes.length} bytes, but [${dims.join(', ')}] numbers`);
  }
  // Copied, for where it lies in the file need not be a multiple of four.
  return { name, dims, values: new Float32Array(new Uint8Array(bytes).buffer) };
}

/** An initializer of raw bytes. */
export function tensorMessage(
  name: string,
  elementType: number,
  dims: readonly number[],
  raw: Uint8Array,
): Uint8Array[] {
  return [
    ...dims.map((side) => numberField(TENSOR.dims, side)),
    numberField(TENSOR.dataType, elementType),
    bytesField(TENSOR.name, name),
    bytesField(TENSOR.rawData, [raw]),
  ];
}

/** Numbers that are packed into one field. */
function packed(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const byte of bytes) {
    value += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte >= 128) continue;
    numbers.push(value);
    [value, shift] = [0, 0];
  }
  return numbers;
}
