import { FIELD } from './onnx-model.js';
import { bytesField, float32Field, join, numberField } from './wire.js';

/** Numbers of element types in onnx.proto. */
export const ELEMENT_TYPE = { float: 1, uint8: 2, int64: 7 } as const;
export type ElementType = keyof typeof ELEMENT_TYPE;

/** ONNX Runtime's own operators. */
export const INTERNAL_DOMAIN = 'com.microsoft';

const ATTRIBUTE_KIND = { float: 1, integer: 2, integers: 7 };

/** A number is a whole one, unless it is given as `{ float }`. */
export type Attribute = number | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface NewNode {
  /** Operators of ONNX Runtime's own by their domain: `com.microsoft.RotaryEmbedding`. */
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Attributes;
}

/** A node as a field of a graph; it is called as its first output. */
export function nodeField({ type, inputs, outputs, attributes = {} }: NewNode): Uint8Array {
  const internal = isInternal(type);
  return bytesField(FIELD.graph.node, [
    ...inputs.map((name) => bytesField(FIELD.node.input, name)),
    ...outputs.map((name) => bytesField(FIELD.node.output, name)),
    bytesField(FIELD.node.name, outputs.find((name) => name !== '') ?? type),
    bytesField(FIELD.node.opType, internal ? type.slice(INTERNAL_DOMAIN.length + 1) : type),
    ...Object.entries(attributes).map(([name, value]) =>
      bytesField(FIELD.node.attribute, [attribute(name, value)]),
    ),
    ...(internal ? [bytesField(FIELD.node.domain, INTERNAL_DOMAIN)] : []),
  ]);
}

export const isInternal = (type: string): boolean => type.startsWith(`${INTERNAL_DOMAIN}.`);

/** Whole numbers as an initializer of a graph. */
export function integersField(
  name: string,
  dimensions: readonly number[],
  values: readonly number[],
): Uint8Array {
  const numbers = BigInt64Array.from(values, BigInt);
  return tensorField(name, 'int64', dimensions, new Uint8Array(numbers.buffer));
}

/** A number of single precision as an initializer of a graph. */
export function floatField(name: string, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return tensorField(name, 'float', [1], bytes);
}

/** @param external says that the weights lie in another file, which nobody names */
export function tensorField(
  name: string,
  type: ElementType,
  dimensions: readonly number[],
  bytes: Uint8Array,
  external = false,
): Uint8Array {
  return bytesField(FIELD.graph.initializer, [
    ...dimensions.map((size) => numberField(FIELD.tensor.dims, size)),
    numberField(FIELD.tensor.dataType, ELEMENT_TYPE[type]),
    bytesField(FIELD.tensor.name, name),
    bytesField(FIELD.tensor.rawData, [bytes]),
    ...(external ? [numberField(FIELD.tensor.dataLocation, 1)] : []),
  ]);
}

/** A tensor's name and element type; without dimensions, these are found from the nodes. */
export function valueInfo(
  name: string,
  type: ElementType,
  dimensions?: readonly (string | number)[],
): Uint8Array {
  const shape = dimensions?.map((size) =>
    bytesField(FIELD.shape.dimension, [
      typeof size === 'string'
        ? bytesField(FIELD.dimension.parameter, size)
        : numberField(FIELD.dimension.value, size),
    ]),
  );
  const tensorType = [
    numberField(FIELD.tensorType.elementType, ELEMENT_TYPE[type]),
    ...(shape ? [bytesField(FIELD.tensorType.shape, shape)] : []),
  ];
  return join([
    bytesField(FIELD.valueInfo.name, name),
    bytesField(FIELD.valueInfo.type, [bytesField(FIELD.type.tensor, tensorType)]),
  ]);
}

function attribute(name: string, value: Attribute): Uint8Array {
  // A negative number is written as the 64-bit number that it is modulo 2^64: ten bytes.
  const one = (field: number, number: number): Uint8Array =>
    number < 0 ? join([numberField(field, 0).subarray(0, -1), negative(number)]) : numberField(field, number);
  const { i, f, ints, type } = FIELD.attribute;
  const [content, kind] =
    typeof value === 'number'
      ? [[one(i, value)], ATTRIBUTE_KIND.integer]
      : 'float' in value
        ? [[float32Field(f, value.float)], ATTRIBUTE_KIND.float]
        : [value.map((item) => one(ints, item)), ATTRIBUTE_KIND.integers];
  return join([bytesField(FIELD.attribute.name, name), ...content, numberField(type, kind)]);
}

function negative(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.of(...bytes, Number(rest));
}
