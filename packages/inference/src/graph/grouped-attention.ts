import type { OnnxModel, OnnxNode } from './onnx-model.js';
import { floatField, INTERNAL_DOMAIN, integersField, type NewNode, nodeField } from './write.js';

/** 0 for tokens in the cache that a row has, very low for others; [batch, 1, 1, 1, room in the cache]. */
export const PAST_MASK = 'inferscan_past_mask';
/** 0 for new tokens that a query may look at, very low for others; [1, 1, 1, queries of one product, new tokens]. */
export const NEW_MASK = 'inferscan_new_mask';
/**
 * How the queries of a head of keys go into products, as the shape that they are given: [0, 0, products, queries of one product, width].
 * A product of one query reads keys and values where they lie, one of several has them copied first, which pays where these are many.
 */
export const QUERY_SHAPE = 'inferscan_query_shape';
/** The same for layers that look through a window; the first has a row for each query, too. */
export const pastMaskOf = (window: number | undefined): string => maskOf(PAST_MASK, window);
export const newMaskOf = (window: number | undefined): string => maskOf(NEW_MASK, window);
export const POSITIONS = 'position_ids';

const maskOf = (mask: string, window: number | undefined): string =>
  window === undefined ? mask : `${mask}_${window}`;

/** Sizes of the two parts of a row of attention. */
const PARTS = 'inferscan_attention_parts';
/** Split takes its sizes as an input from this version of the standard operators on. */
const SPLIT_OPSET = 13;

/** Attention of one layer over keys and values that the operator itself joins to those of the past. */
export interface GroupedAttention {
  readonly node: OnnxNode;
  readonly layer: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Tokens that a query looks at, its own among them; undefined where it looks at all. */
  readonly window?: number;
  /** Where scores end, by tanh. */
  readonly cap?: number;
  /** Undefined where queries and keys come turned already. */
  readonly rotary?: { readonly cos: string; readonly sin: string; readonly interleaved: number };
}

/** The tensors that have a layer's new keys and values in the rewritten graph. */
export const newKeys = (layer: number): string => `inferscan_new_${layer}_key`;
export const newValues = (layer: number): string => `inferscan_new_${layer}_value`;

/**
 * Reads ONNX Runtime's GroupQueryAttention
 * (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GroupQueryAttention).
 * @throws RangeError saying what in it is not known here
 */
export function readGroupedAttention(
  model: OnnxModel,
  node: OnnxNode,
  layer: number,
  headDim: number,
): GroupedAttention {
  const name = `the attention of layer ${layer}`;
  const refuse = (what: string) => new RangeError(`${name} ${what}`);
  if (node.domain !== INTERNAL_DOMAIN) throw refuse(`is of ${node.domain || 'the standard operators'}`);
  if (model.opset < SPLIT_OPSET) throw refuse(`is of operators of version ${model.opset}`);
  const [, , , pastKey, pastValue, , , cos = '', sin = '', ...more] = node.inputs;
  const expected = [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`];
  if (pastKey !== expected[0] || pastValue !== expected[1]) throw refuse('has the past of another');
  for (const past of expected) {
    if (!model.inputs.has(past)) throw refuse(`has a past that is no input: ${past}`);
    if (model.nodes.some((other) => other !== node && other.inputs.includes(past))) {
      throw refuse(`shares ${past} with other nodes`);
    }
  }
  if (more.some((input) => input !== '' && input !== POSITIONS)) throw refuse('has further inputs');
  if (node.outputs.slice(3).some((output) => output !== '')) throw refuse('has further outputs');
  const attribute = (key: string, usual: number) => node.integers.get(key) ?? usual;
  for (const key of ['smooth_softmax', 'qk_output']) {
    if (attribute(key, 0) > 0) throw refuse(`has ${key}`);
  }
  const [heads, kvHeads] = [attribute('num_heads', 0), attribute('kv_num_heads', 0)];
  if (!(kvHeads > 0 && heads % kvHeads === 0)) throw refuse(`has ${heads} heads for ${kvHeads}`);
  const window = attribute('local_window_size', -1);
  const cap = node.floats.get('softcap') ?? 0;
  if (cap < 0 || Number.isNaN(cap)) throw refuse(`caps its scores at ${cap}`);
  const own = { node, layer, heads, kvHeads, ...(window > 0 && { window }), ...(cap > 0 && { cap }) };
  if (attribute('do_rotary', 0) === 0) return own;
  for (const table of [cos, sin]) {
    if (model.initializers.get(table)?.[1] !== headDim / 2) throw refuse('turns only a part of each head');
  }
  return { ...own, rotary: { cos, sin, interleaved: attribute('rotary_interleaved', 0) } };
}

/** What all layers share: the sizes of what is in the cache and of what is new. */
export function sharedByLayers(): Uint8Array[] {
  const side = (mask: string): NewNode[] => [
    { type: 'Shape', inputs: [mask], outputs: [`${mask}_sides`] },
    { type: 'Gather', inputs: [`${mask}_sides`, `${PARTS}_axis`], outputs: [`${mask}_size`] },
  ];
  const nodes: NewNode[] = [
    ...side(PAST_MASK),
    ...side(NEW_MASK),
    {
      type: 'Concat',
      inputs: [`${PAST_MASK}_size`, `${NEW_MASK}_size`],
      outputs: [PARTS],
      attributes: { axis: 0 },
    },
  ];
  return [integersField(`${PARTS}_axis`, [1], [4]), ...nodes.map(nodeField)];
}

/**
 * The same attention in parts: scores of what is in the cache and of what is new are found apart and meet in the softmax, so that
 * the cache is read where it lies and never copied.
 */
export function attentionInParts(
  { node, layer, heads, kvHeads, rotary, window, cap }: GroupedAttention,
  headDim: number,
): Uint8Array[] {
  const scale = node.floats.get('scale') || 1 / Math.sqrt(headDim);
  const [pastKeys = '', pastValues = ''] = node.inputs.slice(3);
  const name = (part: string) => `inferscan_${layer}_${part}`;
  const parts: Uint8Array[] = [];
  const add = (type: string, inputs: string[], part: string, attributes = {}): string => {
    const output = part.startsWith('=') ? part.slice(1) : name(part);
    parts.push(nodeField({ type, inputs, outputs: [output], attributes }));
    return output;
  };
  const sides = (part: string, ...values: number[]): string => {
    parts.push(integersField(name(part), [values.length], values));
    return name(part);
  };

  const [queries, keys, values] = unpacked();
  const turned = (x: string, part: string, count: number) =>
    rotary === undefined
      ? x
      : add(`${INTERNAL_DOMAIN}.RotaryEmbedding`, [x, POSITIONS, rotary.cos, rotary.sin], part, {
          interleaved: rotary.interleaved,
          num_heads: count,
        });
  /** [batch, key heads, 1, new tokens, width] */
  const byHead = (x: string, part: string, output: string) => {
    const split = add('Reshape', [x, sides(`${part}_split`, 0, 0, kvHeads, 1, headDim)], `${part}_heads`);
    return add('Transpose', [split], `=${output}`, { perm: [0, 2, 3, 1, 4] });
  };
  const newK = byHead(turned(keys, 'key_turned', kvHeads), 'key', newKeys(layer));
  const newV = byHead(values, 'value', newValues(layer));
  const group = heads / kvHeads;
  parts.push(floatField(name('scale'), scale));
  // Not as a factor of the products: the runtime has kernels that read keys where they lie for products without one only.
  const scaled = add('Mul', [turned(queries, 'query_turned', heads), name('scale')], 'query_scaled');
  const split = add('Reshape', [scaled, sides('query_split', 0, 0, kvHeads, group, headDim)], 'query_heads');
  const sorted = add('Transpose', [split], 'query_sorted', { perm: [0, 2, 3, 1, 4] });
  const grouped = add('Reshape', [sorted, QUERY_SHAPE], 'query');

  const capped = (product: string, part: string): string => {
    if (cap === undefined) return product;
    const limit = name(`${part}_cap`);
    parts.push(floatField(limit, cap));
    const small = add('Tanh', [add('Div', [product, limit], `${part}_small`)], `${part}_bent`);
    return add('Mul', [small, limit], `${part}_capped`);
  };
  const scores = (against: string, mask: string, part: string) => {
    const fused = `${INTERNAL_DOMAIN}.FusedMatMul`;
    const product = add(fused, [grouped, against], `${part}_product`, { transB: 1 });
    return add('Add', [capped(product, part), mask], `${part}_scores`);
  };
  const both = add(
    'Concat',
    [scores(pastKeys, pastMaskOf(window), 'past'), scores(newK, newMaskOf(window), 'new')],
    'scores',
    { axis: -1 },
  );
  const shares = add('Softmax', [both], 'shares', { axis: -1 });
  const [pastShares, newShares] = [name('past_shares'), name('new_shares')];
  parts.push(
    nodeField({
      type: 'Split',
      inputs: [shares, PARTS],
      outputs: [pastShares, newShares],
      attributes: { axis: -1 },
    }),
  );
  const mixed = add(
    'Add',
    [add('MatMul', [pastShares, pastValues], 'past_mix'), add('MatMul', [newShares, newV], 'new_mix')],
    'mix',
  );
  const apart = add('Reshape', [mixed, sides('mix_split', 0, kvHeads, group, -1, headDim)], 'mix_heads');
  const back = add('Transpose', [apart], 'mix_sorted', { perm: [0, 3, 1, 2, 4] });
  add('Reshape', [back, sides('mix_join', 0, 0, heads * headDim)], `=${node.outputs[0] ?? ''}`);
  return parts;

  /** Queries, keys and values; some exporters have them side by side in one tensor. */
  function unpacked(): [string, string, string] {
    const [q = '', k = '', v = ''] = node.inputs;
    if (k !== '' || v !== '') return [q, k, v];
    const outputs = [name('query_part'), name('key_part'), name('value_part')] as [string, string, string];
    const widths = sides('packed', heads * headDim, kvHeads * headDim, kvHeads * headDim);
    parts.push(nodeField({ type: 'Split', inputs: [q, widths], outputs, attributes: { axis: -1 } }));
    return outputs;
  }
}
