import { bytesField, join, numberField } from '../graph/wire.js';
import {
  type Attributes,
  type ElementType,
  INTERNAL_DOMAIN,
  integersField,
  isInternal,
  nodeField,
  tensorField,
  valueInfo,
} from '../graph/write.js';

type Dimension = string | number;

/**
 * Writes small ONNX graphs, for tests and benches. Every method that makes a tensor returns its name. Operators of ONNX Runtime's own
 * are called by their domain: `com.microsoft.RotaryEmbedding`.
 */
export class OnnxGraph {
  readonly #parts: Uint8Array[] = [];
  #count = 0;
  #internal = false;

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
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.#constant('float', dimensions, bytes);
  }

  integers(dimensions: readonly number[], values: readonly number[], external = false): string {
    if (external) return this.#constant('int64', dimensions, new Uint8Array(8 * values.length), true);
    const name = `constant_${this.#count++}`;
    this.#parts.push(integersField(name, dimensions, values));
    return name;
  }

  bytes(dimensions: readonly number[], values: Uint8Array): string {
    return this.#constant('uint8', dimensions, values);
  }

  /** Weights that lie in another file, from its beginning. */
  inFile(dimensions: readonly number[], location: string): string {
    const name = `constant_${this.#count++}`;
    const content = [
      ...dimensions.map((size) => numberField(1, size)),
      numberField(2, 1),
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
    attributes: Attributes = {},
    output = `${type}_${this.#count}`,
  ): string {
    this.node(type, inputs, [output], attributes);
    return output;
  }

  node(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
  ): void {
    this.#count++;
    this.#internal ||= isInternal(type);
    this.#parts.push(nodeField({ type, inputs, outputs, attributes }));
  }

  file(): Uint8Array {
    const opset = (domain: string, version: number) =>
      bytesField(8, [bytesField(1, domain), numberField(2, version)]);
    return join([
      numberField(1, 8),
      bytesField(7, [...this.#parts, bytesField(2, 'test')]),
      opset(this.domain, this.opset),
      ...(this.#internal ? [opset(INTERNAL_DOMAIN, 1)] : []),
    ]);
  }

  #constant(type: ElementType, dimensions: readonly number[], bytes: Uint8Array, external = false): string {
    const name = `constant_${this.#count++}`;
    this.#parts.push(tensorField(name, type, dimensions, bytes, external));
    return name;
  }
}
