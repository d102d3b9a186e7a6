import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheNamesOf } from '../src/generation/graph-io.js';
import { LAST_POSITION, NEW_CACHE, rewriteForHostCache } from '../src/graph/host-cache.js';
import { readOnnxModel } from '../src/graph/onnx-model.js';
import { bytesField, join, numberField, readFields } from '../src/graph/wire.js';
import { OnnxGraph } from '../src/testing/onnx-graph.js';
import { TINY, type TinyOptions, tinyDecoder } from './graphs/tiny-decoder.js';
import { arithmeticFolder } from './support.js';

const names = cacheNamesOf(TINY);

function hindranceOf(file: Uint8Array): string {
  const result = rewriteForHostCache(file, names, TINY.headDim);
  return 'hindrance' in result ? result.hindrance : 'none';
}

describe('the wire format', () => {
  const field = fc.record({
    number: fc.integer({ min: 1, max: 5000 }),
    bytes: fc.uint8Array({ maxLength: 300 }),
  });

  it('gives back what was written, and each field as it stood', () => {
    fc.assert(
      fc.property(fc.array(field), fc.nat(), (fields, value) => {
        const message = join([
          ...fields.map(({ number, bytes }) => bytesField(number, [bytes])),
          numberField(7, value),
        ]);
        const read = [...readFields(message)];
        expect(
          read.slice(0, -1).map(({ number, bytes }) => ({ number, bytes: Uint8Array.from(bytes) })),
        ).toEqual(fields.map(({ number, bytes }) => ({ number, bytes: Uint8Array.from(bytes) })));
        expect(read.at(-1)?.value).toBe(BigInt(value));
        expect(join(read.map(({ raw }) => raw))).toEqual(message);
      }),
    );
  });

  it('refuses what is no message with a RangeError, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          const fields = [...readFields(bytes)];
          expect(join(fields.map(({ raw }) => raw))).toEqual(Uint8Array.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe('a decoder graph', () => {
  it("of this project gives its new keys and values, and only the last position's logits", async () => {
    const { onnxPath, config } = await arithmeticFolder();
    const file = await readFile(onnxPath);
    const graph = rewriteForHostCache(file, cacheNamesOf(config), config.headDim);
    if ('hindrance' in graph) throw new Error(graph.hindrance);
    const [before, after] = [readOnnxModel(file), readOnnxModel(graph.file)];
    expect([...after.outputs]).toEqual(['logits', NEW_CACHE]);
    expect([...after.inputs]).toEqual([...before.inputs, [LAST_POSITION, 7]]);
    expect(after.initializers).toEqual(before.initializers);
    expect(after.nodes).toHaveLength(before.nodes.length + 2);
    expect(graph.lastOnly).toBe(true);
  });

  it.each<[string, TinyOptions, string]>([
    [
      'puts the past last',
      { present: 'past last' },
      'present.0.key is not past_key_values.0.key and one tensor',
    ],
    [
      'joins three parts',
      { present: 'concat of three' },
      'present.0.key is not past_key_values.0.key and one',
    ],
    [
      'uses the past elsewhere',
      { present: 'read elsewhere' },
      'past_key_values.0.key is also read by Identity',
    ],
  ])('that %s is left as it is', (_, options, why) => {
    expect(hindranceOf(tinyDecoder(options))).toContain(why);
  });

  it('with other layers, another operator, weights elsewhere or no graph is left as it is', () => {
    expect(hindranceOf(new OnnxGraph().file())).toBe('past_key_values.0.key is not an input of float32');
    const none = new OnnxGraph();
    none.input('past_key_values.0.key', 'float', []);
    expect(hindranceOf(none.file())).toBe('present.0.key is made by no node, not by Concat');
    const whole = new OnnxGraph();
    whole.input('past_key_values.0.key', 'int64', []);
    expect(hindranceOf(whole.file())).toBe('past_key_values.0.key is not an input of float32');
    const other = new OnnxGraph();
    other.input('past_key_values.0.key', 'float', []);
    other.node('GroupQueryAttention', ['q', 'past_key_values.0.key'], ['o', 'present.0.key']);
    expect(hindranceOf(other.file())).toBe('the attention of layer 0 is of the standard operators');
    const outside = new OnnxGraph();
    outside.integers([1], [1], true);
    expect(hindranceOf(outside.file())).toBe('its weights lie in other files');
    expect(hindranceOf(numberField(1, 8))).toBe('it holds 0 graphs, not one');
  });

  it('whose logits are no plain product keeps all of them', () => {
    const graph = rewriteForHostCache(tinyDecoder({ addToLogits: true }), names, TINY.headDim);
    expect(graph).toMatchObject({ lastOnly: false });
    expect(rewriteForHostCache(tinyDecoder(), names, TINY.headDim)).toMatchObject({ lastOnly: true });
  });

  it('that is damaged anywhere is rewritten or left, never a crash', () => {
    const file = tinyDecoder();
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const damaged = cut ? file.slice(0, at) : Uint8Array.from(file);
        damaged[at] = byte;
        const result = rewriteForHostCache(damaged, names, TINY.headDim);
        expect('hindrance' in result ? result.hindrance : result.file).toBeTruthy();
      }),
    );
  });
});
