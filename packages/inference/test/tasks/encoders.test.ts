import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../../src/contract.js';
import { OnnxGraph } from '../../src/testing/onnx-graph.js';
import { engineWithThreads } from '../support.js';
import { failureOf } from './support.js';
import { TINY_VOCABULARY, tinyBertTokenizer, weightsOf, writeFolder } from './tiny-models.js';

const WIDTH = 4;
const TOKENS = weightsOf(1, TINY_VOCABULARY.length * WIDTH);
const TYPES = weightsOf(2, 2 * WIDTH);
const HEAD = weightsOf(3, WIDTH * 3);
const LABELS = { 0: 'warm', 1: 'cold', 2: 'neither' };
const bertConfig = { model_type: 'bert', hidden_size: WIDTH, max_position_embeddings: 8 };

/** A graph with BERT's inputs whose hidden states are the sums of two embeddings. */
function encoder(finish: (g: OnnxGraph, hidden: string) => void): Uint8Array {
  const g = new OnnxGraph();
  for (const name of ['input_ids', 'attention_mask', 'token_type_ids']) {
    g.input(name, 'int64', ['batch_size', 'sequence_length']);
  }
  const tokens = g.op('Gather', [g.floats([TINY_VOCABULARY.length, WIDTH], TOKENS), 'input_ids']);
  const types = g.op('Gather', [g.floats([2, WIDTH], TYPES), 'token_type_ids']);
  finish(g, g.op('Add', [tokens, types]));
  return g.file();
}

const hiddenStates = encoder((g, hidden) => {
  g.output('last_hidden_state', ['batch_size', 'sequence_length', WIDTH]);
  g.op('Identity', [hidden], {}, 'last_hidden_state');
});

const classifier = encoder((g, hidden) => {
  g.output('logits', ['batch_size', 3]);
  const mean = g.op('ReduceMean', [hidden], { axes: [1], keepdims: 0 });
  g.op('MatMul', [mean, g.floats([WIDTH, 3], HEAD)], {}, 'logits');
});

/** The hidden state of each token, by hand. */
const hiddenOf = (ids: readonly number[]): number[][] =>
  ids.map((id) =>
    Array.from({ length: WIDTH }, (_, at) => (TOKENS[id * WIDTH + at] ?? 0) + (TYPES[at] ?? 0)),
  );
const meanOf = (rows: readonly number[][]): number[] =>
  Array.from({ length: WIDTH }, (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length);

let folder: string;
let engine: InferenceEngine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inferscan-encoders-'));
  const bert = { ...tinyBertTokenizer, 'onnx/model.onnx': hiddenStates };
  await writeFolder(join(folder, 'mean'), {
    ...bert,
    'config.json': { ...bertConfig, architectures: ['BertModel'] },
  });
  await writeFolder(join(folder, 'first'), {
    ...bert,
    'config.json': { ...bertConfig, architectures: ['BertModel'] },
    '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false },
  });
  await writeFolder(join(folder, 'classifier'), {
    ...tinyBertTokenizer,
    'onnx/model.onnx': classifier,
    'config.json': { ...bertConfig, architectures: ['BertForSequenceClassification'], id2label: LABELS },
  });
  await writeFolder(join(folder, 'mistaken'), {
    ...tinyBertTokenizer,
    'onnx/model.onnx': hiddenStates,
    'config.json': { ...bertConfig, architectures: ['BertForSequenceClassification'], id2label: LABELS },
  });
  engine = (await engineWithThreads({ modelsDir: folder })).engine;
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const close = (found: ArrayLike<number>, expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, at) => {
    expect(found[at]).toBeCloseTo(value, 5);
  });
};

describe('a BERT encoder', () => {
  // [CLS] green red [SEP], where green is of two pieces.
  const ids = [2, 6, 7, 4, 3];
  const embed = async (model: string) => {
    const inputs = { texts: ['Green RED'], normalize: false };
    const { output } = await engine.run({ task: 'embeddings', model, inputs });
    return output;
  };

  it('gives the mean over its tokens, closing ones included', async () => {
    const { vectors, tokens, dimensions } = await embed('mean');
    expect([tokens, dimensions]).toEqual([[5], WIDTH]);
    close(vectors[0] ?? [], meanOf(hiddenOf(ids)));
  });

  it('gives the state of the first token where its folder says so', async () => {
    close((await embed('first')).vectors[0] ?? [], hiddenOf(ids)[0] ?? []);
  });

  it('keeps its closing token when it cuts', async () => {
    const inputs = { texts: ['red '.repeat(9)], normalize: false, truncate: true };
    const { output } = await engine.run({ task: 'embeddings', model: 'mean', inputs });
    expect(output.tokens).toEqual([6]);
    close(output.vectors[0] ?? [], meanOf(hiddenOf([2, 4, 4, 4, 4, 3])));
  });
});

describe('a classifier of texts', () => {
  const classify = (model: string, text: string) =>
    engine.run({ task: 'text-classification', model, inputs: { texts: [text], topK: 3 } });

  it('gives logits, and labels with the best first', async () => {
    const mean = meanOf(hiddenOf([2, 5, 3]));
    const logits = [0, 1, 2].map((label) =>
      mean.reduce((sum, value, at) => sum + value * (HEAD[at * 3 + label] ?? 0), 0),
    );
    const [found] = (await classify('classifier', 'blue')).output.texts;
    close(found?.logits ?? [], logits);
    const scores = found?.labels.map(({ score }) => score) ?? [];
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 9);
    const best = logits.indexOf(Math.max(...logits));
    expect(found?.labels[0]).toMatchObject({ index: best, label: Object.values(LABELS)[best] });
  });

  it('is refused when its graph is another', async () => {
    expect(await failureOf(classify('mistaken', 'blue'))).toMatch(
      /^bad_model .*model\.onnx: the graph lacks output logits$/,
    );
  });
});
