import type { ModelConfig } from '../../src/loading/schemas.js';
import { uniformAt } from '../../src/sampling/random.js';
import { OnnxGraph } from '../../src/testing/onnx-graph.js';

export const TINY: ModelConfig = {
  hiddenSize: 16,
  intermediateSize: 16,
  layers: 2,
  heads: 2,
  kvHeads: 2,
  headDim: 8,
  vocabSize: 23,
  contextTokens: 600,
  tiedEmbeddings: false,
  eosTokenIds: [0],
};

export interface TinyOptions {
  /** Attention also looks at how far apart places in the cache are, as with linear biases. */
  readonly biasByPlace?: boolean;
  /** Tokens look back only so many places in the cache. */
  readonly window?: number;
  /** What one row holds changes what another row gets, as with scales found over the whole batch. */
  readonly rowsMeet?: boolean;
  /** How `present` is made. */
  readonly present?: 'concat' | 'past last' | 'concat of three' | 'read elsewhere';
  /** Logits are not a plain product with weights. */
  readonly addToLogits?: boolean;
}

/** A decoder with random weights, written as Optimum writes them: attention over a cache, learned positions. */
export function tinyDecoder(options: TinyOptions = {}, config: ModelConfig = TINY): Uint8Array {
  const g = new OnnxGraph();
  const { hiddenSize, heads, headDim, vocabSize, contextTokens, layers } = config;
  let drawn = 0;
  const weights = (rows: number, columns: number) =>
    g.floats(
      [rows, columns],
      Float32Array.from(
        { length: rows * columns },
        () => (uniformAt(5, drawn++) - 0.5) * (4 / Math.sqrt(rows)),
      ),
    );

  g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  g.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  g.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
  g.output('logits', ['batch_size', 'sequence_length', vocabSize]);
  const split = g.integers([4], [0, 0, heads, headDim]);
  const merge = g.integers([3], [0, 0, heads * headDim]);
  const bias = attentionBias(g, options);

  let x = g.op('Add', [
    g.op('Gather', [weights(vocabSize, hiddenSize), 'input_ids']),
    g.op('Gather', [weights(contextTokens, hiddenSize), 'position_ids']),
  ]);
  if (options.rowsMeet) x = g.op('Add', [x, g.op('ReduceMean', [x], { axes: [0], keepdims: 1 })]);
  for (let layer = 0; layer < layers; layer++) {
    const part = () =>
      g.op(
        'Transpose',
        [g.op('Reshape', [g.op('MatMul', [x, weights(hiddenSize, heads * headDim)]), split])],
        {
          perm: [0, 2, 1, 3],
        },
      );
    const queries = part();
    const keys = cached(g, `${layer}.key`, part(), config, options);
    const values = cached(g, `${layer}.value`, part(), config, options);
    const scores = g.op('MatMul', [queries, g.op('Transpose', [keys], { perm: [0, 1, 3, 2] })]);
    const shares = g.op('Softmax', [g.op('Add', [scores, bias])], { axis: -1 });
    const mixed = g.op('Transpose', [g.op('MatMul', [shares, values])], { perm: [0, 2, 1, 3] });
    const added = g.op('MatMul', [g.op('Reshape', [mixed, merge]), weights(heads * headDim, hiddenSize)]);
    x = g.op('Tanh', [g.op('Add', [x, added])]);
  }
  const head = weights(hiddenSize, vocabSize);
  if (options.addToLogits) {
    g.op('Add', [g.op('MatMul', [x, head]), g.floats([1], Float32Array.of(0.5))], {}, 'logits');
  } else g.op('MatMul', [x, head], {}, 'logits');
  return g.file();
}

function cached(
  g: OnnxGraph,
  name: string,
  added: string,
  config: ModelConfig,
  { present = 'concat' }: TinyOptions,
): string {
  const shape = (length: string) => ['batch_size', config.kvHeads, length, config.headDim];
  const past = g.input(`past_key_values.${name}`, 'float', shape('past_sequence_length'));
  g.output(`present.${name}`, shape('total_sequence_length'));
  if (present === 'read elsewhere') g.op('Identity', [past]);
  const parts = {
    concat: [past, added],
    'read elsewhere': [past, added],
    'past last': [added, past],
    'concat of three': [past, added, added],
  }[present];
  return g.op('Concat', parts, { axis: -2 }, `present.${name}`);
}

/** [batch, 1, sequence, total]: 0 where a token may look, very low elsewhere. */
function attentionBias(g: OnnxGraph, { biasByPlace = false, window }: TinyOptions): string {
  const [zero, one] = [g.integers([], [0]), g.integers([], [1])];
  const total = g.op('Gather', [g.op('Shape', ['attention_mask']), one], { axis: 0 });
  const sequence = g.op('Gather', [g.op('Shape', ['input_ids']), one], { axis: 0 });
  const keys = g.op('Range', [zero, total, one]);
  const column = g.integers([1], [1]);
  const queries = g.op('Unsqueeze', [g.op('Range', [g.op('Sub', [total, sequence]), total, one]), column]);
  const present = g.op('Unsqueeze', [g.op('Cast', ['attention_mask'], { to: 9 }), g.integers([2], [1, 2])]);
  let allowed = g.op('And', [g.op('LessOrEqual', [keys, queries]), present]);
  if (window !== undefined) {
    const oldest = g.op('Sub', [queries, g.integers([], [window])]);
    allowed = g.op('And', [allowed, g.op('Less', [oldest, keys])]);
  }
  const low = g.floats([1], Float32Array.of(-1e9));
  const bias = g.op('Where', [allowed, g.floats([1], Float32Array.of(0)), low]);
  if (!biasByPlace) return bias;
  const distance = g.op('Cast', [g.op('Sub', [keys, queries])], { to: 1 });
  return g.op('Add', [bias, g.op('Mul', [distance, g.floats([1], Float32Array.of(0.3))])]);
}
