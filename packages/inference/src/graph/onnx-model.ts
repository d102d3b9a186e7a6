import { readFields } from './wire.js';

/** Numbers of fields in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
export const FIELD = {
  model: { graph: 7, opsetImport: 8 },
  graph: { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 },
  node: { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, f: 2, i: 3, ints: 8, type: 20 },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { elementType: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { value: 1, parameter: 2 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9, dataLocation: 14 },
  opset: { domain: 1, version: 2 },
} as const;

const EXTERNAL = 1n;

export interface OnnxNode {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that are whole numbers. */
  readonly integers: ReadonlyMap<string, number>;
  /** Attributes that are numbers of single precision. */
  readonly floats: ReadonlyMap<string, number>;
}

/** What rewriting needs to know of a model file; weights are not looked at. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  /** Element types of the graph's inputs, by name; see TensorProto.DataType. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlySet<string>;
  /** Shapes of constant tensors, by name. */
  readonly initializers: ReadonlyMap<string, readonly number[]>;
  /** Version of the standard operators. */
  readonly opset: number;
  /** Weights lie in other files. */
  readonly external: boolean;
}

/** @throws RangeError when the bytes are not an ONNX model with one graph */
export function readOnnxModel(file: Uint8Array): OnnxModel {
  const nodes: OnnxNode[] = [];
  const inputs = new Map<string, number>();
  const outputs = new Set<string>();
  const initializers = new Map<string, readonly number[]>();
  let opset = 0;
  let graphs = 0;
  let external = false;

  for (const part of readFields(file)) {
    if (part.number === FIELD.model.opsetImport) opset = Math.max(opset, standardVersion(part.bytes));
    if (part.number !== FIELD.model.graph) continue;
    graphs++;
    for (const { number, bytes } of readFields(part.bytes)) {
      if (number === FIELD.graph.node) nodes.push(readNode(bytes));
      else if (number === FIELD.graph.input) {
        inputs.set(textOf(bytes, FIELD.valueInfo.name), elementType(bytes));
      } else if (number === FIELD.graph.output) outputs.add(textOf(bytes, FIELD.valueInfo.name));
      else if (number === FIELD.graph.initializer) {
        initializers.set(textOf(bytes, FIELD.tensor.name), dimensionsOf(bytes));
        external ||= numberOf(bytes, FIELD.tensor.dataLocation) === EXTERNAL;
      }
    }
  }
  if (graphs !== 1) throw new RangeError(`it holds ${graphs} graphs, not one`);
  return { nodes, inputs, outputs, initializers, opset, external };
}

/** The last text in that field of a message; empty where there is none. */
export function textOf(message: Uint8Array, field: number): string {
  return textsOf(message, field).at(-1) ?? '';
}

function readNode(message: Uint8Array): OnnxNode {
  const integers = new Map<string, number>();
  const floats = new Map<string, number>();
  for (const { number, bytes } of readFields(message)) {
    if (number !== FIELD.node.attribute) continue;
    const name = textOf(bytes, FIELD.attribute.name);
    for (const field of readFields(bytes)) {
      if (field.number === FIELD.attribute.i) integers.set(name, Number(BigInt.asIntN(64, field.value)));
      if (field.number === FIELD.attribute.f) floats.set(name, floatOf(field.bytes));
    }
  }
  return {
    opType: textOf(message, FIELD.node.opType),
    domain: textOf(message, FIELD.node.domain),
    inputs: textsOf(message, FIELD.node.input),
    outputs: textsOf(message, FIELD.node.output),
    integers,
    floats,
  };
}

function floatOf(bytes: Uint8Array): number {
  if (bytes.length !== 4) throw new RangeError('a number of single precision has four bytes');
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}

function dimensionsOf(tensor: Uint8Array): number[] {
  return [...readFields(tensor)]
    .filter(({ number, bytes }) => number === FIELD.tensor.dims && bytes.length === 0)
    .map(({ value }) => Number(value));
}

/** Of a tensor; 0 for other values. */
function elementType(valueInfo: Uint8Array): number {
  const inner = (message: Uint8Array, field: number): Uint8Array =>
    [...readFields(message)].find(({ number }) => number === field)?.bytes ?? new Uint8Array(0);
  const tensor = inner(inner(valueInfo, FIELD.valueInfo.type), FIELD.type.tensor);
  return Number(numberOf(tensor, FIELD.tensorType.elementType) ?? 0n);
}

function standardVersion(message: Uint8Array): number {
  const domain = textOf(message, FIELD.opset.domain);
  return domain === '' || domain === 'ai.onnx' ? Number(numberOf(message, FIELD.opset.version) ?? 0n) : 0;
}

export function textsOf(message: Uint8Array, field: number): string[] {
  const decoder = new TextDecoder();
  return [...readFields(message)]
    .filter(({ number }) => number === field)
    .map(({ bytes }) => decoder.decode(bytes));
}

function numberOf(message: Uint8Array, field: number): bigint | undefined {
  let found: bigint | undefined;
  for (const { number, value } of readFields(message)) if (number === field) found = value;
  return found;
}
