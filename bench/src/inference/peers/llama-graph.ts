import { OnnxGraph } from '@inferscan/inference/testing';
import type { LayerMatrix, LlamaShape, LlamaWeights, Matrix } from './llama-weights.js';

export const ROPE_BASE = 10_000;
export const NORM_EPSILON = 1e-5;

/**
 * A decoder as models on a hub are exported today for ONNX Runtime: past and present tensors, grouped attention and norms as single
 * operators, lengths taken from the attention mask.
 */
export function llamaGraph(shape: LlamaShape, weights: LlamaWeights): Uint8Array {
  const { layers, hidden, heads, kvHeads, headDim, vocabulary } = shape;
  const g = new OnnxGraph(21);
  const linear = (x: string, { inputs, outputs, values }: Matrix, output?: string) =>
    g.op('MatMul', [x, g.floats([inputs, outputs], values)], {}, output);
  g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  g.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  g.output('logits', ['batch_size', 'sequence_length', vocabulary]);

  const one = g.integers([1], [1]);
  const present = g.op('ReduceSum', ['attention_mask', one], { keepdims: 0 });
  const lengths = g.op('Cast', [g.op('Sub', [present, one])], { to: INT32 });
  const sides = g.op('Shape', ['attention_mask']);
  const total = g.op('Cast', [g.op('Gather', [sides, g.integers([], [1])])], { to: INT32 });
  const rotation = (of: (angle: number) => number) =>
    g.floats([shape.context, headDim / 2], rotationTable(shape, of));
  const [cos, sin] = [rotation(Math.cos), rotation(Math.sin)];
  const ones = g.floats([hidden], new Float32Array(hidden).fill(1));
  const epsilon = { float: NORM_EPSILON };
  const norm = (x: string) =>
    g.op('SimplifiedLayerNormalization', [x, ones], { axis: -1, epsilon, stash_type: 1 });

  let places = 0;
  /** The norm of a sum, and the sum. */
  function addAndNorm(x: string, y: string): [string, string] {
    const [normal, sum] = [`normal_${places}`, `sum_${places++}`];
    g.node('com.microsoft.SkipSimplifiedLayerNormalization', [x, y, ones], [normal, '', '', sum], {
      epsilon,
    });
    return [normal, sum];
  }

  function attention(x: string, layer: number): string {
    const cached = (kind: string) => {
      const side = (length: string) => ['batch_size', kvHeads, length, headDim];
      g.output(`present.${layer}.${kind}`, side('total_sequence_length'));
      return g.input(`past_key_values.${layer}.${kind}`, 'float', side('past_sequence_length'));
    };
    const part = (name: LayerMatrix) => linear(x, weights.matrix(layer, name));
    const inputs = [part('q'), part('k'), part('v'), cached('key'), cached('value')];
    const outputs = [`attended_${layer}`, `present.${layer}.key`, `present.${layer}.value`];
    g.node('com.microsoft.GroupQueryAttention', [...inputs, lengths, total, cos, sin], outputs, {
      num_heads: heads,
      kv_num_heads: kvHeads,
      do_rotary: 1,
      rotary_interleaved: 0,
    });
    return linear(`attended_${layer}`, weights.matrix(layer, 'o'));
  }

  function feedForward(x: string, layer: number): string {
    const gate = linear(x, weights.matrix(layer, 'gate'));
    const active = g.op('Mul', [gate, g.op('Sigmoid', [gate])]);
    const product = g.op('Mul', [active, linear(x, weights.matrix(layer, 'up'))]);
    return linear(product, weights.matrix(layer, 'down'));
  }

  let sum = g.op('Gather', [g.floats([vocabulary, hidden], weights.embedding()), 'input_ids']);
  let normal = norm(sum);
  for (let layer = 0; layer < layers; layer++) {
    [normal, sum] = addAndNorm(sum, attention(normal, layer));
    [normal, sum] = addAndNorm(sum, feedForward(normal, layer));
  }
  linear(normal, weights.head(), 'logits');
  return g.file();
}

/** Number of int32 in onnx.proto. */
const INT32 = 6;

/** A function of the angle for each position and pair of dimensions. */
function rotationTable({ context, headDim }: LlamaShape, of: (angle: number) => number): Float32Array {
  const half = headDim / 2;
  const angle = (at: number) => Math.floor(at / half) * ROPE_BASE ** (-(at % half) / half);
  return Float32Array.from({ length: context * half }, (_, at) => of(angle(at)));
}
