import { type AskedTokens, askedTokens } from './asked-tokens.js';
import {
  attentionInParts,
  type GroupedAttention,
  NEW_MASK,
  newKeys,
  newMaskOf,
  newValues,
  PAST_MASK,
  POSITIONS,
  pastMaskOf,
  QUERY_SHAPE,
  readGroupedAttention,
  sharedByLayers,
} from './grouped-attention.js';
import { FIELD, type OnnxModel, type OnnxNode, readOnnxModel, textOf, textsOf } from './onnx-model.js';
import { bytesField, join, numberField, readFields, type WireField } from './wire.js';
import { INTERNAL_DOMAIN, nodeField, valueInfo } from './write.js';

/** Says for each row of the batch after which of its tokens the logits are wanted; [batch, so many tokens, 1]. */
export const LAST_POSITION = 'inferscan_last_position';

/**
 * The output with the keys and values of the tokens that the graph was given: those of `0.key`, `0.value`, `1.key`, … one after another,
 * [batch, heads, new tokens, width] each, or [batch, heads, 1, new tokens, width] where attention is in parts. One output instead of two for each layer, as every tensor that comes out of the runtime costs
 * some 4 µs, which small models would feel.
 */
export const NEW_CACHE = 'inferscan_new_cache';

const FLOAT = 1;
/** Rows and heads, which come first in the shape of a cache. */
const HEAD_SIDES = 2;
/** Of QUERY_SHAPE. */
const QUERY_SIDES = 5;
/** GatherND knows batch_dims from this version of the standard operators on. */
const GATHER_ND_OPSET = 12;
const ROUNDING: ReadonlySet<string> = new Set([
  'MatMulNBits',
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'DynamicQuantizeLinear',
  'DynamicQuantizeMatMul',
]);
const HEADS_LENGTH_AXES: ReadonlySet<number> = new Set([2, -2]);

/** A decoder graph that gives only the keys and values of the tokens it was given, as NEW_CACHE: who runs it keeps the cache. */
export interface HostCacheGraph {
  readonly file: Uint8Array;
  /** Whether it takes LAST_POSITION and gives the logits of one token per row, instead of those of every token. */
  readonly lastOnly: boolean;
  /** Where attention is in parts, so that it takes QUERY_SHAPE, PAST_MASK and NEW_MASK: queries for each head of keys. */
  readonly queriesPerKey?: number;
  /** Sizes of the windows that layers look through: each has masks of its own. */
  readonly windows: readonly number[];
  /** Whether it rounds activations to 8 bits, so that a last bit may become a whole step. */
  readonly rounds: boolean;
}

interface Rewriting {
  readonly model: OnnxModel;
  /** The tensor with the new keys or values, for each `N.key` and `N.value`. */
  readonly added: ReadonlyMap<string, string>;
  /** What only tokens need whose logits are asked for; undefined where all tokens have logits. */
  readonly asked: AskedTokens | undefined;
  /** By the first of their outputs. */
  readonly attentions: ReadonlyMap<string, GroupedAttention>;
  readonly headDim: number;
}

/**
 * Rewrites a decoder whose every `present.X` is `past_key_values.X` with something appended along the length: that something is given
 * out instead, with that of all others as NEW_CACHE. Attention that is one operator with its own cache is written out in parts. Where logits
 * are a product with weights, they are computed of those tokens alone for which they are asked, and so is all that comes before them and treats each token by
 * itself. Weights and all other nodes are copied as they are.
 *
 * @param cacheNames `0.key`, `0.value`, `1.key`, …
 * @param headDim how wide a head is
 * @returns what hinders it, where the graph is made otherwise
 */
export function rewriteForHostCache(
  file: Uint8Array,
  cacheNames: readonly string[],
  headDim: number,
): HostCacheGraph | { readonly hindrance: string } {
  try {
    const model = readOnnxModel(file);
    if (model.external) return { hindrance: 'its weights lie in other files' };
    const attentions = groupedAttentions(model, cacheNames, headDim);
    const byLayer = new Set([...attentions.values()].map(({ layer }) => `${layer}`));
    if (byLayer.size > 0 && 2 * byLayer.size < cacheNames.length) {
      return { hindrance: 'only some layers have their attention as one operator' };
    }
    const added = new Map(
      cacheNames.map((name) => {
        const [layer = '', kind] = name.split('.');
        if (!byLayer.has(layer)) return [name, appended(model, name)];
        return [name, kind === 'key' ? newKeys(Number(layer)) : newValues(Number(layer))];
      }),
    );
    const head = languageHead(model);
    const groups = new Set([...attentions.values()].map(({ heads, kvHeads }) => heads / kvHeads));
    const [queriesPerKey, ...others] = groups;
    if (others.length > 0) return { hindrance: 'layers have other numbers of heads' };
    return {
      windows: windowsOf(attentions),
      file: rewrite(file, { model, added, asked: head && askedTokens(model, head), attentions, headDim }),
      lastOnly: head !== undefined,
      rounds: model.nodes.some(({ opType }) => ROUNDING.has(opType)),
      ...(queriesPerKey !== undefined && { queriesPerKey }),
    };
  } catch (error) {
    if (error instanceof RangeError) return { hindrance: error.message };
    throw error;
  }
}

/** Layers whose attention is one operator that keeps the cache itself. */
function groupedAttentions(
  model: OnnxModel,
  cacheNames: readonly string[],
  headDim: number,
): Map<string, GroupedAttention> {
  const found = new Map<string, GroupedAttention>();
  for (const name of cacheNames.filter((one) => one.endsWith('.key'))) {
    const node = producerOf(model, `present.${name}`);
    if (node?.opType !== 'GroupQueryAttention') continue;
    const attention = readGroupedAttention(model, node, Number.parseInt(name, 10), headDim);
    found.set(node.outputs[0] ?? '', attention);
  }
  return found;
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
    (node.opType === 'MatMulNBits' && node.domain === INTERNAL_DOMAIN);
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

function rewrite(file: Uint8Array, rewriting: Rewriting): Uint8Array {
  return join(
    [...readFields(file)].map((part) =>
      part.number === FIELD.model.graph
        ? bytesField(FIELD.model.graph, rewriteGraph(part.bytes, rewriting))
        : part.raw,
    ),
  );
}

function rewriteGraph(
  graph: Uint8Array,
  { model, added, asked, attentions, headDim }: Rewriting,
): Uint8Array[] {
  const presents = new Set([...added.keys()].map((name) => `present.${name}`));
  const pasts = new Set([...added.keys()].map((name) => `past_key_values.${name}`));
  const borders = new Set(asked?.borders);
  const ofAsked = new Set(
    [...(asked?.nodes ?? [])].flatMap(({ outputs }) => outputs.filter((one) => one !== '')),
  );
  const parts = [...readFields(graph)].flatMap((field): Uint8Array[] => {
    const { number, bytes, raw } = field;
    if (number === FIELD.graph.output) return rewriteOutput(field, presents, asked !== undefined);
    const isInfoOf = (kind: number, names: ReadonlySet<string>) =>
      number === kind && names.has(textOf(bytes, FIELD.valueInfo.name));
    // The shapes that the exporter noted are those of all tokens.
    if (isInfoOf(FIELD.graph.valueInfo, ofAsked)) return [];
    if (attentions.size > 0 && isInfoOf(FIELD.graph.input, pasts)) {
      return [bytesField(FIELD.graph.input, [withSideForQueries(bytes)])];
    }
    if (number !== FIELD.graph.node) return [raw];
    const [output = ''] = textsOf(bytes, FIELD.node.output);
    const attention = attentions.get(output);
    const own = attention === undefined ? [raw] : attentionInParts(attention, headDim);
    const gathered = textsOf(bytes, FIELD.node.output).filter((one) => borders.has(one));
    return [...(ofAsked.has(output) ? [readFrom(bytes, borders)] : own), ...gathered.map(gatherAsked)];
  });
  const inputs = [
    ...(asked ? [valueInfo(LAST_POSITION, 'int64', ['batch_size', 'inferscan_one', 'inferscan_index'])] : []),
    ...(attentions.size > 0 ? masks(windowsOf(attentions)) : []),
    ...(attentions.size > 0 && !model.inputs.has(POSITIONS)
      ? [valueInfo(POSITIONS, 'int64', ['batch_size', 'sequence_length'])]
      : []),
  ];
  return [
    ...(attentions.size > 0 ? sharedByLayers() : []),
    ...parts,
    nodeField({
      type: 'Concat',
      inputs: [...added.values()],
      outputs: [NEW_CACHE],
      attributes: { axis: 0 },
    }),
    bytesField(FIELD.graph.output, [valueInfo(NEW_CACHE, 'float')]),
    ...inputs.map((input) => bytesField(FIELD.graph.input, [input])),
  ];
}

function windowsOf(attentions: ReadonlyMap<string, GroupedAttention>): number[] {
  const sizes = [...attentions.values()].flatMap(({ window }) => (window === undefined ? [] : [window]));
  return [...new Set(sizes)].sort((a, b) => a - b);
}

function masks(windows: readonly number[]): Uint8Array[] {
  const each = ['inferscan_queries', 'past_sequence_length'] as const;
  return [
    valueInfo(QUERY_SHAPE, 'int64', [QUERY_SIDES]),
    valueInfo(PAST_MASK, 'float', ['batch_size', 1, 1, 1, 'past_sequence_length']),
    valueInfo(NEW_MASK, 'float', [1, 1, 1, 'inferscan_queries', 'sequence_length']),
    ...windows.flatMap((window) => [
      valueInfo(pastMaskOf(window), 'float', ['batch_size', 1, 1, ...each]),
      valueInfo(newMaskOf(window), 'float', [1, 1, 1, 'inferscan_queries', 'sequence_length']),
    ]),
  ];
}

function rewriteOutput(field: WireField, presents: ReadonlySet<string>, lastOnly: boolean): Uint8Array[] {
  const name = textOf(field.bytes, FIELD.valueInfo.name);
  if (presents.has(name)) return [];
  // Without a shape, which is then found from the nodes.
  return name === 'logits' && lastOnly
    ? [bytesField(FIELD.graph.output, [valueInfo('logits', 'float')])]
    : [field.raw];
}

/** What is noted of a layer's keys or values, with the side that attention in parts has between heads and tokens. */
function withSideForQueries(info: Uint8Array): Uint8Array {
  const inside = (message: Uint8Array, number: number, change: (part: Uint8Array) => Uint8Array) =>
    join(
      [...readFields(message)].map((field) =>
        field.number === number ? bytesField(number, [change(field.bytes)]) : field.raw,
      ),
    );
  const widen = (shape: Uint8Array): Uint8Array => {
    const sides = [...readFields(shape)].map(({ raw }) => raw);
    const one = bytesField(FIELD.shape.dimension, [numberField(FIELD.dimension.value, 1)]);
    return join([...sides.slice(0, HEAD_SIDES), one, ...sides.slice(HEAD_SIDES)]);
  };
  return inside(info, FIELD.valueInfo.type, (type) =>
    inside(type, FIELD.type.tensor, (tensor) => inside(tensor, FIELD.tensorType.shape, widen)),
  );
}

const ofAskedTokens = (name: string): string => `inferscan_asked_${name}`;

function gatherAsked(name: string): Uint8Array {
  return nodeField({
    type: 'GatherND',
    inputs: [name, LAST_POSITION],
    outputs: [ofAskedTokens(name)],
    attributes: { batch_dims: 1 },
  });
}

/** A node that reads what was gathered, of these tensors. */
function readFrom(node: Uint8Array, borders: ReadonlySet<string>): Uint8Array {
  const parts = [...readFields(node)].map((field) => {
    const name = field.number === FIELD.node.input ? new TextDecoder().decode(field.bytes) : '';
    return borders.has(name) ? bytesField(FIELD.node.input, ofAskedTokens(name)) : field.raw;
  });
  return bytesField(FIELD.graph.node, parts);
}
