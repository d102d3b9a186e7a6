import { TinyGraph } from './tiny-weights.js';

export const TINY = {
  layers: 2,
  hidden: 32,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  inner: 48,
  /** As many as the engine gives log-probabilities of, so that all can be compared. */
  vocabulary: 20,
  context: 256,
} as const;

/** In what a family's decoders differ from Llama's. */
export interface DecoderKind {
  /** The cache joined by Concat, positions and masks given; or attention as one operator that does it all. */
  readonly attention: 'concat' | 'grouped';
  readonly kvHeads?: number;
  readonly norm?: 'rms' | 'layer';
  readonly positions?: 'rotary' | 'learned';
  /** Biases of queries, keys and values. */
  readonly bias?: boolean;
  /** Queries, keys and values side by side in one tensor. */
  readonly packed?: boolean;
  /** Norms of queries and keys. */
  readonly qkNorm?: boolean;
  readonly activation?: 'silu' | 'gelu' | 'plain gelu';
  /** Norms behind attention and feed-forward parts too, and embeddings scaled by the root of their width. */
  readonly gemma?: boolean;
  /** Where logits end, by tanh. */
  readonly cap?: number;
  /** Where scores end, by tanh; of attention as one operator, as are the windows. */
  readonly scoreCap?: number;
  /** Tokens that each layer's queries look at; null: all. */
  readonly windows?: readonly (number | null)[];
  readonly vocabulary?: number;
}

const INT32 = 6;
const BOOL = 9;

/** A decoder of a family, with random weights, in the form in which exporters write it. */
export function tinyDecoder(kind: DecoderKind): Uint8Array {
  const { layers, hidden, heads, headDim, inner, context } = TINY;
  const { attention, kvHeads = TINY.kvHeads, norm = 'rms', positions = 'rotary', bias = false } = kind;
  const { vocabulary = TINY.vocabulary } = kind;
  const grouped = attention === 'grouped';
  const g = new TinyGraph(17);
  const number = (value: number) => g.floats([1], Float32Array.of(value));
  g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  g.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  if (!grouped) g.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
  g.output('logits', ['batch_size', 'sequence_length', vocabulary]);
  const table = (of: (angle: number) => number) => {
    const half = headDim / 2;
    const angles = (at: number) => Math.floor(at / half) * 10_000 ** (-(at % half) / half);
    return g.floats(
      [context, half],
      Float32Array.from({ length: context * half }, (_, at) => of(angles(at))),
    );
  };
  const rotation = positions === 'rotary' ? [table(Math.cos), table(Math.sin)] : [];
  const around = grouped ? lengths(g) : [causalBias(g)];

  let x = g.op('Gather', [g.weights(vocabulary, hidden), 'input_ids']);
  if (kind.gemma) x = g.op('Mul', [x, number(Math.sqrt(hidden))]);
  if (positions === 'learned') {
    x = g.op('Add', [x, g.op('Gather', [g.weights(context, hidden), 'position_ids'])]);
  }
  const behind = (y: string) => (kind.gemma ? g.norm(y, hidden, norm) : y);
  for (let layer = 0; layer < layers; layer++) {
    x = g.op('Add', [x, behind(attend(g.norm(x, hidden, norm), layer))]);
    x = g.op('Add', [x, behind(feedForward(g.norm(x, hidden, norm)))]);
  }
  const last = g.norm(x, hidden, norm);
  if (kind.cap === undefined) g.linear(last, hidden, vocabulary, false, 'logits');
  else {
    const small = g.op('Div', [g.linear(last, hidden, vocabulary), number(kind.cap)]);
    g.op('Mul', [g.op('Tanh', [small]), number(kind.cap)], {}, 'logits');
  }
  return g.file();

  function cached(layer: number, what: string): string {
    const sides = (length: string) => ['batch_size', kvHeads, length, headDim];
    g.output(`present.${layer}.${what}`, sides('total_sequence_length'));
    return g.input(`past_key_values.${layer}.${what}`, 'float', sides('past_sequence_length'));
  }

  function attend(x: string, layer: number): string {
    const [wide, narrow] = [heads * headDim, kvHeads * headDim];
    const past = [cached(layer, 'key'), cached(layer, 'value')] as const;
    const part = (width: number, normal: boolean) => {
      const y = g.linear(x, hidden, width, bias);
      if (!kind.qkNorm || !normal) return y;
      const apart = g.op('Reshape', [y, g.integers([4], [0, 0, -1, headDim])]);
      return g.op('Reshape', [g.norm(apart, headDim, norm), g.integers([3], [0, 0, width])]);
    };
    const parts: [string, string, string] = kind.packed
      ? [g.linear(x, hidden, wide + 2 * narrow, bias), '', '']
      : [part(wide, true), part(narrow, true), part(narrow, false)];
    return g.linear(grouped ? asOne(parts, past, layer) : written(parts, past, layer), wide, hidden, bias);
  }

  function asOne(parts: readonly string[], past: readonly string[], layer: number): string {
    const outputs = [`attended_${layer}`, `present.${layer}.key`, `present.${layer}.value`];
    g.node('com.microsoft.GroupQueryAttention', [...parts, ...past, ...around, ...rotation], outputs, {
      num_heads: heads,
      kv_num_heads: kvHeads,
      do_rotary: 1,
      local_window_size: kind.windows?.[layer] ?? -1,
      ...(kind.scoreCap !== undefined && { softcap: { float: kind.scoreCap } }),
    });
    return `attended_${layer}`;
  }

  function written(parts: readonly string[], past: readonly [string, string], layer: number): string {
    const [q = '', k = '', v = ''] = parts;
    const byHead = (y: string, count: number) =>
      g.op('Transpose', [g.op('Reshape', [y, g.integers([4], [0, 0, count, headDim])])], {
        perm: [0, 2, 1, 3],
      });
    const turned = (y: string) =>
      positions === 'rotary' ? g.op('com.microsoft.RotaryEmbedding', [y, 'position_ids', ...rotation]) : y;
    const joined = (y: string, at: 0 | 1, what: string) =>
      g.op('Concat', [past[at], byHead(y, kvHeads)], { axis: 2 }, `present.${layer}.${what}`);
    /** Keys or values once for each head of queries. */
    const spread = (y: string) => {
      if (kvHeads === heads) return y;
      const one = g.op('Unsqueeze', [y, g.integers([1], [2])]);
      const many = g.op('Concat', new Array<string>(heads / kvHeads).fill(one), { axis: 2 });
      return g.op('Reshape', [many, g.integers([4], [0, heads, -1, headDim])]);
    };
    const keys = g.op('Transpose', [spread(joined(turned(k), 0, 'key'))], { perm: [0, 1, 3, 2] });
    const values = spread(joined(v, 1, 'value'));
    const product = g.op('MatMul', [byHead(turned(q), heads), keys]);
    const scores = g.op('Mul', [product, number(1 / Math.sqrt(headDim))]);
    const shares = g.op('Softmax', [g.op('Add', [scores, ...around])], { axis: -1 });
    const mixed = g.op('Transpose', [g.op('MatMul', [shares, values])], { perm: [0, 2, 1, 3] });
    return g.op('Reshape', [mixed, g.integers([3], [0, 0, heads * headDim])]);
  }

  function feedForward(x: string): string {
    const { activation = 'silu' } = kind;
    const first = g.linear(x, hidden, inner, activation === 'plain gelu');
    if (activation === 'plain gelu') return g.linear(g.gelu(first), inner, hidden, true);
    const active = activation === 'silu' ? g.silu(first) : g.gelu(first);
    return g.linear(g.op('Mul', [active, g.linear(x, hidden, inner)]), inner, hidden);
  }
}

/** Tokens of each row but one, and the longest of them, as the operator wants them. */
function lengths(g: TinyGraph): [string, string] {
  const one = g.integers([1], [1]);
  const present = g.op('ReduceSum', ['attention_mask', one], { keepdims: 0 });
  const total = g.op('Gather', [g.op('Shape', ['attention_mask']), g.integers([], [1])]);
  return [g.op('Cast', [g.op('Sub', [present, one])], { to: INT32 }), g.op('Cast', [total], { to: INT32 })];
}

/** [batch, 1, sequence, total]: 0 where a token may look, very low elsewhere. */
function causalBias(g: TinyGraph): string {
  const [zero, one] = [g.integers([], [0]), g.integers([], [1])];
  const total = g.op('Gather', [g.op('Shape', ['attention_mask']), one]);
  const sequence = g.op('Gather', [g.op('Shape', ['input_ids']), one]);
  const keys = g.op('Range', [zero, total, one]);
  const queries = g.op('Range', [g.op('Sub', [total, sequence]), total, one]);
  const before = g.op('LessOrEqual', [keys, g.op('Unsqueeze', [queries, g.integers([1], [1])])]);
  const there = g.op('Cast', ['attention_mask'], { to: BOOL });
  const allowed = g.op('And', [before, g.op('Unsqueeze', [there, g.integers([2], [1, 2])])]);
  const number = (value: number) => g.floats([1], Float32Array.of(value));
  return g.op('Where', [allowed, number(0), number(-1e9)]);
}
