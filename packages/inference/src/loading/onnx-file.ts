import { open } from 'node:fs/promises';
import { InferenceError } from '../errors.js';
import { type Field, type ProtobufFile, protobufFile } from './protobuf.js';

const MAX_TEXT_BYTES = 4096;
const MAX_DEPTH = 32;

/** What a graph file says of itself, read without its weights. */
export interface OnnxSummary {
  /** Elements of all constant tensors but those of whole numbers and conditions, which are shapes and indices. */
  readonly parameters: number;
  /** Files that hold weights, as the graph names them: relative to its folder. */
  readonly externalFiles: readonly string[];
  /** Operator sets that the graph uses. */
  readonly domains: readonly string[];
}

type Message = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function' | 'training';

/** Where graphs and tensors lie within each message of onnx.proto3, by field number. */
const INSIDE: Readonly<Record<Exclude<Message, 'tensor'>, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
};
const OPSET_OF_MODEL = 8;
const OPSET_DOMAIN = 1;
const TENSOR = { dims: 1, type: 2, external: 13 };
/** Numbers of int32, int64 and bool. */
const COUNTING_TYPES: ReadonlySet<bigint> = new Set([6n, 7n, 9n]);
const ENTRY = { key: 1, value: 2 };

/**
 * Looks through a graph, its subgraphs and functions.
 * @throws InferenceError bad_model when the file cannot be read or is no ONNX file
 */
export async function summariseOnnx(path: string): Promise<OnnxSummary> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `${path}: cannot be read (${reason})`);
  }
  try {
    const { size } = await file.stat();
    return await walk(path, protobufFile(path, file, size));
  } finally {
    await file.close();
  }
}

async function walk(path: string, file: ProtobufFile): Promise<OnnxSummary> {
  const external = new Set<string>();
  const domains = new Set<string>();
  let parameters = 0;

  async function visit(message: Message, start: number, end: number, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw new InferenceError('bad_model', `${path}: graphs nested too deeply`);
    if (message === 'tensor') return visitTensor(start, end);
    for await (const field of file.fields(start, end)) {
      const inner = INSIDE[message][field.number];
      if (inner) await visit(inner, field.start, field.end, depth + 1);
      else if (message === 'model' && field.number === OPSET_OF_MODEL) domains.add(await domainOf(field));
    }
  }

  async function visitTensor(start: number, end: number): Promise<void> {
    let elements = 1;
    let counts = true;
    for await (const field of file.fields(start, end)) {
      if (field.number === TENSOR.dims) elements *= await dimensionOf(field);
      if (field.number === TENSOR.type) counts = !COUNTING_TYPES.has(field.value);
      if (field.number === TENSOR.external) {
        const { key, value } = await entryOf(field);
        if (key === 'location') external.add(value);
      }
    }
    if (counts) parameters += elements;
  }

  /** Dimensions come one by one or packed; the packed form is written for proto3 by some exporters. */
  async function dimensionOf(field: Field): Promise<number> {
    if (field.value > 0n) return Number(field.value);
    const bytes = await file.bytes(field, MAX_TEXT_BYTES);
    let [product, value, shift] = [1, 0, 0];
    for (const byte of bytes) {
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      if (byte >= 0x80) continue;
      product *= value;
      [value, shift] = [0, 0];
    }
    return product;
  }

  async function domainOf(opset: Field): Promise<string> {
    let domain = '';
    for await (const field of file.fields(opset.start, opset.end)) {
      if (field.number === OPSET_DOMAIN) domain = await textOf(field);
    }
    return domain || 'ai.onnx';
  }

  async function entryOf(entry: Field): Promise<{ key: string; value: string }> {
    const found = { key: '', value: '' };
    for await (const field of file.fields(entry.start, entry.end)) {
      if (field.number === ENTRY.key) found.key = await textOf(field);
      if (field.number === ENTRY.value) found.value = await textOf(field);
    }
    return found;
  }

  const textOf = async (field: Field) => new TextDecoder().decode(await file.bytes(field, MAX_TEXT_BYTES));

  await visit('model', 0, file.size, 0);
  return { parameters, externalFiles: [...external].sort(), domains: [...domains].sort() };
}
