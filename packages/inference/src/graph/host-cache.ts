import { FIELD, type OnnxModel, type OnnxNode, readOnnxModel, textOf } from './onnx-model.js';
import { bytesField, join, numberField, readFields, type WireField } from './wire.js';

/** Says for each row of the batch after which of its tokens the logits are wanted; [batch, 1, 1]. */
export const LAST_POSITION = 'inferscan_last_position';

const LAST_HIDDEN = 'inferscan_last_hidden';
const FLOAT = 1;
const INT64 = 7;
const INTEGER_ATTRIBUTE = 2;
/** GatherND knows batch_dims from this version of the standard operators on. */
const GATHER_ND_OPSET = 12;
const HEADS_LENGTH_AXES: ReadonlySet<number> = new Set([2, -2]);

/** A decoder graph that gives only the keys and values of the tokens it was given: who runs it keeps the cache. */
export interface HostCacheGraph {
  readonly file: Uint8Array;
  /** The output with the new keys or values, for each `N.key` and `N.value`. */
  readonly newOutputs: ReadonlyMap<string, string>;
  /** Whether it takes LAST_POSITION and gives the logits of one token per row, instead of those of every token. */
  readonly lastOnly: boolean;
}

/**
 * Rewrites a decoder whose every `present.X` is `past_key_values.X` with something appended along the length: that something becomes
 * the output in its place. Where logits are a product with weights, only the last position's are computed. Weights and all other
 * nodes are copied as they are.
 *
 * @param cacheNames `0.key`, `0.value`, `1.key`, …
 * @returns what hinders it, where the graph is made otherwise
 */
export function rewriteForHostCache(
  file: Uint8Array,
  cacheNames: readonly string[],
): HostCacheGraph | { readonly hindrance: string } {
  try {
    const model = readOnnxModel(file);
    if (model.external) return { hindrance: 'its weights lie in other files' };
    const newOutputs = new Map(cacheNames.map((name) => [name, appended(model, name)]));
    const head = languageHead(model);
    return { file: rewrite(file, newOutputs, head), newOutputs, lastOnly: head !== undefined };
  } catch (error) {
    if (error instanceof RangeError) return { hindrance: error.message };
    throw error;
  }
}

/** The name of what is appended to the past. */
function appended(model: OnnxModel, name: string): string {
  const past = `past_key_values.${name}`;
  const present = `present.${name}`;
  if (model.inputs.get(past) !== FLOAT) throw new RangeError(`${past} is not an input of float32`);
  const node = producerOf(model, present);
  if (node?.opType !== 'Concat' || !isStandard(node)) {
    throw new RangeError(`${present} is made by ${node?.opType ?? 'no node'}, not by Concat`);
  }
  const [first, second, ...more] = node.inputs;
  if (first !== past || second === undefined || second === '' || more.length > 0) {
    throw new RangeError(`${present} is not ${past} and one tensor`);
  }
  if (!HEADS_LENGTH_AXES.has(node.integers.get('axis') ?? Number.NaN)) {
    throw new RangeError(`${present} is not joined along the length`);
  }
  if (producerOf(model, second) === undefined || model.outputs.has(second)) {
    throw new RangeError(`what is appended to ${past} is an input or an output itself`);
  }
  const others = model.nodes.filter((other) => other !== node && other.inputs.includes(past));
  const other = others.find(({ opType }) => opType !== 'Shape');
  if (other !== undefined) throw new RangeError(`${past} is also read by ${other.opType}`);
  return second;
}

/** The node that makes the logits, if it multiplies hidden states with weights and nothing else reads its result. */
function languageHead(model: OnnxModel): OnnxNode | undefined {
  const node = producerOf(model, 'logits');
  if (node === undefined || model.opset < GATHER_ND_OPSET || model.inputs.has(LAST_POSITION))
    return undefined;
  const product =
    (node.opType === 'MatMul' && isStandard(node)) ||
    (node.opType === 'MatMulNBits' && node.domain === 'com.microsoft');
  const [hidden, ...weights] = node.inputs;
  const fits =
    hidden !== undefined &&
    producerOf(model, hidden) !== undefined &&
    weights.every((name) => name === '' || model.initializers.has(name)) &&
    !model.nodes.some(({ inputs }) => inputs.includes('logits'));
  return product && fits ? node : undefined;
}

function producerOf(model: OnnxModel, name: string): OnnxNode | undefined {
  return model.nodes.find(({ outputs }) => outputs.includes(name));
}

function isStandard({ domain }: OnnxNode): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function rewrite(
  file: Uint8Array,
  newOutputs: ReadonlyMap<string, string>,
  head: OnnxNode | undefined,
): Uint8Array {
  return join(
    [...readFields(file)].map((part) =>
      part.number === FIELD.model.graph
        ? bytesField(FIELD.model.graph, rewriteGraph(part.bytes, newOutputs, head))
        : part.raw,
    ),
  );
}

function rewriteGraph(
  graph: Uint8Array,
  newOutputs: ReadonlyMap<string, string>,
  head: OnnxNode | undefined,
): Uint8Array[] {
  const replaced = new Map([...newOutputs].map(([name, tensor]) => [`present.${name}`, tensor]));
  const touched = new Set([...replaced.values(), ...(head ? ['logits'] : [])]);
  const parts = [...readFields(graph)].flatMap((field): Uint8Array[] => {
    const { number, bytes, raw } = field;
    if (number === FIELD.graph.output) return [rewriteOutput(field, replaced, head !== undefined)];
    // Shapes that the exporter noted for these tensors say what they were as inner tensors.
    if (number === FIELD.graph.valueInfo && touched.has(textOf(bytes, FIELD.valueInfo.name))) return [];
    if (head && number === FIELD.graph.node && textOf(bytes, FIELD.node.output) === 'logits') {
      return [gatherLast(head.inputs[0] ?? ''), readFrom(bytes, LAST_HIDDEN)];
    }
    return [raw];
  });
  return head ? [...parts, lastPositionInput()] : parts;
}

function rewriteOutput(
  field: WireField,
  replaced: ReadonlyMap<string, string>,
  lastOnly: boolean,
): Uint8Array {
  const name = textOf(field.bytes, FIELD.valueInfo.name);
  const tensor = replaced.get(name);
  if (tensor !== undefined) return bytesField(FIELD.graph.output, [valueInfo(tensor, FLOAT)]);
  return name === 'logits' && lastOnly
    ? bytesField(FIELD.graph.output, [valueInfo('logits', FLOAT)])
    : field.raw;
}

/** A tensor's name and element type; without a shape, which is then found from the nodes. */
function valueInfo(name: string, elementType: number, dimensions?: readonly string[]): Uint8Array {
  const shape = dimensions?.map((parameter) =>
    bytesField(FIELD.shape.dimension, [bytesField(FIELD.dimension.parameter, parameter)]),
  );
  const tensorType = [
    numberField(FIELD.tensorType.elementType, elementType),
    ...(shape ? [bytesField(FIELD.tensorType.shape, shape)] : []),
  ];
  return join([
    bytesField(FIELD.valueInfo.name, name),
    bytesField(FIELD.valueInfo.type, [bytesField(FIELD.type.tensor, tensorType)]),
  ]);
}

function lastPositionInput(): Uint8Array {
  const dimensions = ['batch_size', 'inferscan_one', 'inferscan_index'];
  return bytesField(FIELD.graph.input, [valueInfo(LAST_POSITION, INT64, dimensions)]);
}

function gatherLast(hidden: string): Uint8Array {
  return bytesField(FIELD.graph.node, [
    bytesField(FIELD.node.input, hidden),
    bytesField(FIELD.node.input, LAST_POSITION),
    bytesField(FIELD.node.output, LAST_HIDDEN),
    bytesField(FIELD.node.name, LAST_HIDDEN),
    bytesField(FIELD.node.opType, 'GatherND'),
    bytesField(FIELD.node.attribute, [
      bytesField(FIELD.attribute.name, 'batch_dims'),
      numberField(FIELD.attribute.i, 1),
      numberField(FIELD.attribute.type, INTEGER_ATTRIBUTE),
    ]),
  ]);
}

/** A node with its first input exchanged. */
function readFrom(node: Uint8Array, input: string): Uint8Array {
  let first = true;
  const parts = [...readFields(node)].map((field) => {
    if (field.number !== FIELD.node.input || !first) return field.raw;
    first = false;
    return bytesField(FIELD.node.input, input);
  });
  return bytesField(FIELD.graph.node, parts);
}
