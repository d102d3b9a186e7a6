import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { askedTokens } from '../src/graph/asked-tokens.js';
import { type OnnxNode, readOnnxModel } from '../src/graph/onnx-model.js';
import { OnnxGraph } from '../src/testing/onnx-graph.js';
import { groupedDecoder } from './graphs/grouped-decoder.js';
import { arithmeticFolder } from './support.js';

const SIZE = 4;

function endOf(file: Uint8Array): { borders: readonly string[]; types: string[] } {
  const model = readOnnxModel(file);
  const head = model.nodes.find(({ outputs }) => outputs.includes('logits'));
  const { borders, nodes } = askedTokens(model, head as OnnxNode);
  return { borders, types: model.nodes.filter((node) => nodes.has(node)).map(({ opType }) => opType) };
}

/** Embeddings, attention, what is made of it, and logits. */
function graph(tail: (g: OnnxGraph, attended: string, x: string) => string): Uint8Array {
  const g = new OnnxGraph(17);
  const table = (...sides: number[]) => g.floats(sides, new Float32Array(sides.reduce((a, b) => a * b, 1)));
  g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  g.input('other', 'float', ['batch_size', 'sequence_length', SIZE]);
  g.output('logits', ['batch_size', 'sequence_length', SIZE]);
  g.op('Gather', [table(SIZE, SIZE), 'input_ids'], {}, 'x');
  g.node('com.microsoft.GroupQueryAttention', ['x', 'x', 'x'], ['attended']);
  g.op('MatMul', [tail(g, 'attended', 'x'), table(SIZE, SIZE)], {}, 'logits');
  return g.file();
}

const weights = (g: OnnxGraph, ...sides: number[]) =>
  g.floats(sides, new Float32Array(sides.reduce((a, b) => a * b, 1)));

describe('tokens whose logits are asked for', () => {
  it('are all that is wanted behind the last attention', () => {
    const { borders, types } = endOf(groupedDecoder());
    expect(types).toEqual(['MatMul', 'Add', 'Tanh', 'MatMul']);
    expect(borders).toHaveLength(2);
    expect(borders).toContain('attended_1');
  });

  it('are gathered before the logits alone where attention is written out by the exporter', async () => {
    const { types } = endOf(await readFile((await arithmeticFolder()).onnxPath));
    expect(types).toEqual(['MatMul']);
  });

  it.each<[string, (g: OnnxGraph, attended: string, x: string) => string, string[], string[]]>([
    ['a sum with a vector', (g, a) => g.op('Add', [a, weights(g, SIZE)]), ['Add', 'MatMul'], ['attended']],
    [
      'a norm of a sum',
      (g, a, x) => g.op('com.microsoft.SkipSimplifiedLayerNormalization', [a, x, weights(g, SIZE)]),
      ['SkipSimplifiedLayerNormalization', 'MatMul'],
      ['attended', 'x'],
    ],
    [
      'a sum with a table, a row for each token',
      (g, a) => g.op('Add', [a, weights(g, 1, SIZE)], {}, 'y'),
      ['MatMul'],
      ['y'],
    ],
    ['a sum with another input', (g, a) => g.op('Add', [a, 'other'], {}, 'y'), ['MatMul'], ['y']],
    [
      'a norm along the tokens',
      (g, a) => g.op('LayerNormalization', [a, weights(g, SIZE)], { axis: 1 }, 'y'),
      ['MatMul'],
      ['y'],
    ],
    ['a product with a vector', (g, a) => g.op('MatMul', [a, weights(g, SIZE)], {}, 'y'), ['MatMul'], ['y']],
    ['an operator of no such name', (g, a) => g.op('constructor', [a], {}, 'y'), ['MatMul'], ['y']],
    ['what mixes tokens', (g, a) => g.op('CumSum', [a, g.integers([], [1])], {}, 'y'), ['MatMul'], ['y']],
    [
      'a sum with the cache',
      (g, a) => {
        g.node('com.microsoft.GroupQueryAttention', ['x', 'x', 'x'], ['again', 'cache', '']);
        return g.op('Add', [a, 'cache'], {}, 'y');
      },
      ['MatMul'],
      ['y'],
    ],
    [
      'what an attention reads as well',
      (g, a) => {
        const y = g.op('Tanh', [a], {}, 'y');
        g.node('com.microsoft.GroupQueryAttention', [y, y, y], ['further']);
        return g.op('Add', [y, 'further']);
      },
      ['Add', 'MatMul'],
      ['y', 'further'],
    ],
  ])('with %s', (_, tail, types, borders) => {
    const end = endOf(graph(tail));
    expect(end.types).toEqual(types);
    expect([...end.borders].sort()).toEqual([...borders].sort());
  });
});
