import { readFields } from './wire.js';

/** Numbers of fields in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
export const FIELD = {
  model: { graph: 7, opsetImport: 8 },
  graph: { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 },
  node: { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, i: 3, type: 20 },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { elementType: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { parameter: 2 },
  tensor: { name: 8, dataLocation: 14 },
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
}

/** What rewriting needs to know of a model file; weights are not looked at. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  /** Element types of the graph's inputs, by name; see TensorProto.DataType. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlySet<string>;
  readonly initializers: ReadonlySet<string>;
  /** Version of the standard operators. */
  readonly opset: number;
  /** Weights lie in other files. */
  readonly external: boolean;
}

/** @throws RangeError when the bytes are not an ONNX model with one graph */
export function readOnnxModel(file: Uint8Array): OnnxModel {
  const nodes: OnnxNode[] = [];
  const inputs = new Map<string, number>();
  const names = { outputs: new Set<string>(), initializers: new Set<string>() };
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
      } else if (number === FIELD.graph.output) names.outputs.add(textOf(bytes, FIELD.valueInfo.name));
      else if (number === FIELD.graph.initializer) {
        names.initializers.add(textOf(bytes, FIELD.tensor.name));
        external ||= numberOf(bytes, FIELD.tensor.dataLocation) === EXTERNAL;
      }
    }
  }
  if (graphs !== 1) throw new RangeError(`it holds ${graphs} graphs, not one`);
  return { nodes, inputs, ...names, opset, external };
}

/** The last text in that field of a message; empty where there is none. */
export function textOf(message: Uint8Array, field: number): string {
  return textsOf(message, field).at(-1) ?? '';
}

function readNode(message: Uint8Array): OnnxNode {
  const integers = new Map<string, number>();
  for (const { number, bytes } of readFields(message)) {
    if (number !== FIELD.node.attribute) continue;
    const value = numberOf(bytes, FIELD.attribute.i);
    if (value !== undefined)
      integers.set(textOf(bytes, FIELD.attribute.name), Number(BigInt.asIntN(64, value)));
  }
  return {
    opType: textOf(message, FIELD.node.opType),
    domain: textOf(message, FIELD.node.domain),
    inputs: textsOf(message, FIELD.node.input),
    outputs: textsOf(message, FIELD.node.output),
    integers,
  };
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

function textsOf(message: Uint8Array, field: number): string[] {
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
