import { TINY } from './tiny-decoder.js';
import { TinyGraph } from './tiny-weights.js';

/** Sides of images and patches, and how many classes there are. */
export const IMAGE = { side: 8, patch: 4, classes: 5 } as const;

/** One layer of a BERT: every token looks at every other; hidden states come out. */
export function tinyBert(): Uint8Array {
  const { hidden, vocabulary, context } = TINY;
  const g = new TinyGraph(17);
  for (const name of ['input_ids', 'attention_mask', 'token_type_ids']) {
    g.input(name, 'int64', ['batch_size', 'sequence_length']);
  }
  g.output('last_hidden_state', ['batch_size', 'sequence_length', hidden]);
  const [zero, one] = [g.integers([], [0]), g.integers([], [1])];
  const sequence = g.op('Gather', [g.op('Shape', ['input_ids']), one]);
  const places = g.op('Gather', [g.weights(context, hidden), g.op('Range', [zero, sequence, one])]);
  const tokens = g.op('Gather', [g.weights(vocabulary, hidden), 'input_ids']);
  const types = g.op('Gather', [g.weights(2, hidden), 'token_type_ids']);
  const x = g.norm(g.op('Add', [g.op('Add', [tokens, types]), places]), hidden, 'layer');
  const keys = g.op('Transpose', [g.linear(x, hidden, hidden, true)], { perm: [0, 2, 1] });
  const shares = g.op('Softmax', [g.op('MatMul', [g.linear(x, hidden, hidden, true), keys])], { axis: -1 });
  const mixed = g.op('MatMul', [shares, g.linear(x, hidden, hidden, true)]);
  const normal = g.norm(g.op('Add', [x, mixed]), hidden, 'layer');
  g.op('Add', [normal, g.gelu(g.linear(normal, hidden, hidden, true))], {}, 'last_hidden_state');
  return g.file();
}

/** Patches of an image, their mean, and a head. */
export function tinyVit(): Uint8Array {
  const { side, patch, classes } = IMAGE;
  const g = new TinyGraph(17);
  g.input('pixel_values', 'float', ['batch_size', 3, side, side]);
  g.output('logits', ['batch_size', classes]);
  const patches = g.op('Conv', ['pixel_values', g.weights(TINY.hidden, 3, patch, patch)], {
    strides: [patch, patch],
  });
  const mean = g.op('ReduceMean', [g.gelu(patches)], { axes: [2, 3], keepdims: 0 });
  g.linear(mean, TINY.hidden, classes, true, 'logits');
  return g.file();
}
