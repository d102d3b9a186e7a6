/** Writes GGUF files (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). */

/** Kinds of values; the numbers are the format's. */
const KIND = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
type Kind = Exclude<keyof typeof KIND, 'array'>;
export type GgufValue =
  | { readonly kind: 'uint32' | 'float32'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'array';
      readonly of: 'int32' | 'float32' | 'string';
      readonly values: readonly (number | string)[];
    };

/** Kinds of tensors; the numbers are the format's. */
export const TENSOR_TYPE = { f32: 0, q4_0: 2, q8_0: 8 } as const;
export type TensorType = keyof typeof TENSOR_TYPE;

export interface GgufTensor {
  readonly name: string;
  /** The side whose neighbours lie next to each other comes first. */
  readonly sides: readonly number[];
  readonly type: TensorType;
  readonly bytes: Uint8Array;
}

const VERSION = 3;
const ALIGNMENT = 32;

/** The parts of a file, in order. */
export function ggufFile(
  values: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Uint8Array[] {
  const head: Uint8Array[] = [Buffer.from('GGUF'), number('uint32', VERSION)];
  head.push(whole(tensors.length), whole(Object.keys(values).length));
  for (const [name, value] of Object.entries(values)) head.push(text(name), ...described(value));
  let offset = 0;
  for (const { name, sides, type, bytes } of tensors) {
    head.push(text(name), number('uint32', sides.length), ...sides.map(whole));
    head.push(number('uint32', TENSOR_TYPE[type]), whole(offset));
    offset += bytes.length + missing(bytes.length);
  }
  const length = head.reduce((sum, part) => sum + part.length, 0);
  const padded = tensors.flatMap(({ bytes }) => [bytes, new Uint8Array(missing(bytes.length))]);
  return [...head, new Uint8Array(missing(length)), ...padded];
}

const missing = (length: number): number => (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;

function described(value: GgufValue): Uint8Array[] {
  if (value.kind !== 'array') return [number('uint32', KIND[value.kind]), content(value.kind, value.value)];
  const { of, values } = value;
  const items = values.map((item) => content(of, item));
  return [
    number('uint32', KIND.array),
    number('uint32', KIND[of]),
    whole(values.length),
    Buffer.concat(items),
  ];
}

function content(kind: Kind, value: number | string | boolean): Uint8Array {
  if (kind === 'string') return text(String(value));
  if (kind === 'bool') return Uint8Array.of(Number(value));
  return number(kind, Number(value));
}

function number(kind: 'uint32' | 'int32' | 'float32', value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  if (kind === 'uint32') view.setUint32(0, value, true);
  else if (kind === 'int32') view.setInt32(0, value, true);
  else view.setFloat32(0, value, true);
  return bytes;
}

function whole(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value);
  return Buffer.concat([whole(bytes.length), bytes]);
}
