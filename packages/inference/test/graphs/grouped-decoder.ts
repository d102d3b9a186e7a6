import type { ModelConfig } from '../../src/loading/schemas.js';
import { uniformAt } from '../../src/sampling/random.js';
import { OnnxGraph } from '../../src/testing/onnx-graph.js';

export const GROUPED: ModelConfig = {
  hiddenSize: 16,
  intermediateSize: 16,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  vocabSize: 23,
  contextTokens: 600,
  tiedEmbeddings: false,
  eosTokenIds: [0],
};

export interface GroupedOptions {
  /** Queries, keys and values side by side in one tensor. */
  readonly packed?: boolean;
  /** Queries and keys turned by positions within the operator: in pairs next to each other, or half a head apart. */
  readonly rotary?: 'pairs' | 'halves' | 'half of each head';
  readonly attributes?: Readonly<Record<string, number | { readonly float: number }>>;
  /** Besides `attributes`, those of single layers. */
  readonly byLayer?: readonly Readonly<Record<string, number | { readonly float: number }>>[];
  readonly furtherInputs?: readonly string[];
  readonly pastReadElsewhere?: boolean;
}

const INT32 = 6;

/** A decoder with random weights whose attention is one operator that keeps its cache, as exporters for ONNX Runtime write it. */
export function groupedDecoder(options: GroupedOptions = {}): Uint8Array {
  const { hiddenSize, heads, kvHeads, headDim, vocabSize, contextTokens, layers } = GROUPED;
  const g = new OnnxGraph(17);
  let drawn = 0;
  const weights = (rows: number, columns: number, from = 7) =>
    g.floats(
      [rows, columns],
      Float32Array.from(
        { length: rows * columns },
        () => (uniformAt(from, drawn++) - 0.5) * (4 / Math.sqrt(rows)),
      ),
    );
  g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  g.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  g.output('logits', ['batch_size', 'sequence_length', vocabSize]);
  const one = g.integers([1], [1]);
  const present = g.op('ReduceSum', ['attention_mask', one], { keepdims: 0 });
  const lengths = g.op('Cast', [g.op('Sub', [present, one])], { to: INT32 });
  const sides = g.op('Shape', ['attention_mask']);
  const total = g.op('Cast', [g.op('Gather', [sides, g.integers([], [1])])], { to: INT32 });
  const turned = options.rotary === 'half of each head' ? headDim / 4 : headDim / 2;
  const table = (of: (angle: number) => number) =>
    g.floats(
      [contextTokens, turned],
      Float32Array.from({ length: contextTokens * turned }, (_, at) =>
        of(Math.floor(at / turned) / 10 ** (at % turned)),
      ),
    );
  const rotary = options.rotary ? [table(Math.cos), table(Math.sin)] : ['', ''];

  let x = g.op('Gather', [weights(vocabSize, hiddenSize), 'input_ids']);
  for (let layer = 0; layer < layers; layer++) {
    const cached = (kind: string) => {
      const shape = (length: string) => ['batch_size', kvHeads, length, headDim];
      g.output(`present.${layer}.${kind}`, shape('total_sequence_length'));
      return g.input(`past_key_values.${layer}.${kind}`, 'float', shape('past_sequence_length'));
    };
    const widths = [heads * headDim, kvHeads * headDim, kvHeads * headDim];
    const parts = widths.map((width) => g.op('MatMul', [x, weights(hiddenSize, width)]));
    const taken = options.packed ? [g.op('Concat', parts, { axis: -1 }), '', ''] : parts;
    const past = [cached('key'), cached('value')];
    if (options.pastReadElsewhere) g.op('Identity', [past[0] ?? '']);
    g.node(
      'com.microsoft.GroupQueryAttention',
      [...taken, ...past, lengths, total, ...rotary, ...(options.furtherInputs ?? [])],
      [`attended_${layer}`, `present.${layer}.key`, `present.${layer}.value`],
      {
        num_heads: heads,
        kv_num_heads: kvHeads,
        do_rotary: options.rotary ? 1 : 0,
        rotary_interleaved: options.rotary === 'pairs' ? 1 : 0,
        ...options.attributes,
        ...options.byLayer?.[layer],
      },
    );
    const added = g.op('MatMul', [`attended_${layer}`, weights(heads * headDim, hiddenSize)]);
    x = g.op('Tanh', [g.op('Add', [x, added])]);
  }
  g.op('MatMul', [x, weights(hiddenSize, vocabSize)], {}, 'logits');
  return g.file();
}
