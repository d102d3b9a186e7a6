import { bytesField, join, numberField } from '../../src/graph/wire.js';

const FLOAT = 1;
const UINT8 = 2;
const INT64 = 7;
const KINDS = { integer: 2, integers: 7 };

type Dimension = string | number;

/** Writes small ONNX graphs for tests. Every method that makes a tensor returns its name. */
export class OnnxGraph {
  readonly #parts: Uint8Array[] = [];
  #count = 0;

  constructor(
    readonly opset = 17,
    readonly domain = '',
  ) {}

  input(name: string, type: 'float' | 'int64', dimensions: readonly Dimension[]): string {
    this.#parts.push(bytesField(11, [valueInfo(name, type, dimensions)]));
    return name;
  }

  output(name: string, dimensions: readonly Dimension[]): void {
    this.#parts.push(bytesField(12, [valueInfo(name, 'float', dimensions)]));
  }

  floats(dimensions: readonly number[], values: Float32Array): string {
    return this.#constant(
      FLOAT,
      dimensions,
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  }

  integers(dimensions: readonly number[], values: readonly number[], external = false): string {
    const numbers = BigInt64Array.from(values, BigInt);
    return this.#constant(INT64, dimensions, new Uint8Array(numbers.buffer), external);
  }

  bytes(dimensions: readonly number[], values: Uint8Array): string {
    return this.#constant(UINT8, dimensions, values);
  }

  /** Weights that lie in another file, from its beginning. */
  inFile(dimensions: readonly number[], location: string): string {
    const name = `constant_${this.#count++}`;
    const content = [
      ...dimensions.map((size) => numberField(1, size)),
      numberField(2, FLOAT),
      bytesField(8, name),
      bytesField(13, [bytesField(1, 'location'), bytesField(2, location)]),
      numberField(14, 1),
    ];
    this.#parts.push(bytesField(5, content));
    return name;
  }

  op(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
    output = `${type}_${this.#count}`,
  ): string {
    this.node(type, inputs, [output], attributes);
    return output;
  }

  node(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
  ): void {
    this.#count++;
    const content = [
      ...inputs.map((name) => bytesField(1, name)),
      ...outputs.map((name) => bytesField(2, name)),
      bytesField(3, `${type}_${this.#count}`),
      bytesField(4, type),
      ...Object.entries(attributes).map(([name, value]) => bytesField(5, [attribute(name, value)])),
    ];
    this.#parts.push(bytesField(1, content));
  }

  file(): Uint8Array {
    const opset = bytesField(8, [bytesField(1, this.domain), numberField(2, this.opset)]);
    return join([numberField(1, 8), bytesField(7, [...this.#parts, bytesField(2, 'test')]), opset]);
  }

  #constant(type: number, dimensions: readonly number[], bytes: Uint8Array, external = false): string {
    const name = `constant_${this.#count++}`;
    const content = [
      ...dimensions.map((size) => numberField(1, size)),
      numberField(2, type),
      bytesField(8, name),
      bytesField(9, [bytes]),
      ...(external ? [numberField(14, 1)] : []),
    ];
    this.#parts.push(bytesField(5, content));
    return name;
  }
}

function valueInfo(name: string, type: 'float' | 'int64', dimensions: readonly Dimension[]): Uint8Array {
  const shape = dimensions.map((size) =>
    bytesField(1, [typeof size === 'string' ? bytesField(2, size) : numberField(1, size)]),
  );
  const tensor = [numberField(1, type === 'float' ? FLOAT : INT64), bytesField(2, shape)];
  return join([bytesField(1, name), bytesField(2, [bytesField(1, tensor)])]);
}

function attribute(name: string, value: number | readonly number[]): Uint8Array {
  // A negative number is written as the 64-bit number that it is modulo 2^64: ten bytes.
  const one = (field: number, number: number): Uint8Array =>
    number < 0 ? join([numberField(field, 0).subarray(0, -1), negative(number)]) : numberField(field, number);
  return typeof value === 'number'
    ? join([bytesField(1, name), one(3, value), numberField(20, KINDS.integer)])
    : join([bytesField(1, name), ...value.map((item) => one(8, item)), numberField(20, KINDS.integers)]);
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
