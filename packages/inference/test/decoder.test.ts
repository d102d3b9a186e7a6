import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { convertGraph } from '../src/convert/convert-graph.js';
import { nextChunk } from '../src/generation/chunks.js';
import type { Decoder, DraftedInput, Row, Verified } from '../src/generation/decoder.js';
import type { HostStep } from '../src/generation/host-cache-decoder.js';
import { loadDecoder } from '../src/generation/load-decoder.js';
import { openPlainDecoder } from '../src/generation/plain-decoder.js';
import { checkPadding } from '../src/generation/probe.js';
import { onProcessor } from '../src/loading/session.js';
import { uniformAt } from '../src/sampling/random.js';
import { TINY, type TinyOptions, tinyDecoder } from './graphs/tiny-decoder.js';
import { arithmeticFolder, ON_CPU } from './support.js';

let folder: string;
const decoders: Decoder[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inferscan-decoder-'));
});
afterEach(async () => {
  for (const decoder of decoders.splice(0)) await decoder.release();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(options: TinyOptions = {}): Promise<string> {
  const path = join(folder, `${JSON.stringify(options).replace(/\W/g, '_')}.onnx`);
  await writeFile(path, tinyDecoder(options));
  return path;
}

async function tiny(options: TinyOptions = {}): Promise<Decoder> {
  const decoder = await loadDecoder(await write(options), TINY, ON_CPU);
  decoders.push(decoder);
  return decoder;
}

const tokens = (seed: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => Math.floor(uniformAt(seed, from + i) * TINY.vocabSize));

/** Appends a prompt in the chunks that are used for it; the logits after it. */
async function prefill(decoder: Decoder, row: Row, ids: readonly number[]): Promise<Float32Array> {
  let logits = new Float32Array(0);
  for (let at = 0; at < ids.length; ) {
    const chunk = nextChunk(ids.length - at);
    [logits = logits] = (await decoder.step(
      [{ row, ids: ids.slice(at, at + chunk.tokens) }],
      chunk.width,
    )) as Float32Array<ArrayBuffer>[];
    at += chunk.tokens;
  }
  return logits;
}

/** Prefill, then the tokens one by one. */
async function alone(decoder: Decoder, prompt: readonly number[], rest: readonly number[]) {
  const row = decoder.open();
  const steps = [await prefill(decoder, row, prompt)];
  for (const id of rest) steps.push(...(await decoder.step([{ row, ids: [id] }], 1)));
  expect(row.length).toBe(prompt.length + rest.length);
  decoder.close(row);
  return steps;
}

function distance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(
    ...a.flatMap((logits, s) => [...logits].map((value, i) => Math.abs(value - (b[s]?.[i] ?? NaN)))),
  );
}

describe('a cache kept here', () => {
  it('computes what the graph computes with its own, beyond several doublings', async () => {
    const decoder = await tiny();
    expect(decoder.traits).toEqual({ kvRule: 'host-64x2n', shared: true });
    const plain = await openPlainDecoder(await write(), TINY, onProcessor(1), 'to compare');
    decoders.push(plain);
    for (const length of [1, 60, 64, 130, 250]) {
      const [prompt, rest] = [tokens(1, length), tokens(2, 20)];
      const [ours, theirs] = [await alone(decoder, prompt, rest), await alone(plain, prompt, rest)];
      expect(distance(ours, theirs)).toBeLessThan(1e-4);
    }
  });

  it('gives each row the bits that it has alone, whoever comes, goes and shares its steps', async () => {
    const decoder = await tiny();
    const lengths = [3, 40, 120, 126, 64, 127, 9, 250, 128, 70];
    const rest = (n: number) => tokens(n + 100, 12);
    const expected: Float32Array[][] = [];
    for (const [n, length] of lengths.entries())
      expected.push(await alone(decoder, tokens(n, length), rest(n)));

    const rows = new Map<number, { row: Row; steps: Float32Array[] }>();
    const join = async (n: number) => {
      const row = decoder.open();
      rows.set(n, { row, steps: [await prefill(decoder, row, tokens(n, lengths[n] ?? 0))] });
    };
    for (let round = 0; rows.size > 0 || round < lengths.length; round++) {
      if (round < lengths.length) await join(round);
      const groups = new Map<number, number[]>();
      for (const [n, { row, steps }] of rows) {
        // Every third row leaves half-way.
        if (steps.length > (n % 3 === 0 ? 6 : 12)) {
          decoder.close(row);
          rows.delete(n);
          expect(steps).toEqual(expected[n]?.slice(0, steps.length));
        } else {
          const capacity = decoder.capacityOf(row.length);
          groups.set(capacity, [...(groups.get(capacity) ?? []), n]);
        }
      }
      for (const members of groups.values()) {
        const order = members.sort((a, b) => ((a * 7) % 5) - ((b * 7) % 5));
        const inputs = order.flatMap((n) => {
          const member = rows.get(n);
          return member ? [{ row: member.row, ids: [rest(n)[member.steps.length - 1] ?? 0] }] : [];
        });
        for (const [i, logits] of (await decoder.step(inputs, 1)).entries())
          rows.get(order[i] ?? -1)?.steps.push(logits);
      }
    }
  });

  it('forks, cuts and pastes rows without changing a bit', async () => {
    const decoder = await tiny();
    const [prompt, rest] = [tokens(4, 140), tokens(5, 4)];
    const expected = await alone(decoder, prompt, rest);
    const row = decoder.open();
    await prefill(decoder, row, prompt);
    const twin = decoder.fork(row);
    const block = decoder.cut(row, 0, 128);
    if (!block) throw new Error('nothing was cut');
    decoder.close(row);
    const other = decoder.open();
    decoder.paste(other, block);
    await prefill(decoder, other, prompt.slice(128));
    for (const [i, id] of rest.entries()) {
      const both = await decoder.step(
        [
          { row: other, ids: [id] },
          { row: twin, ids: [id] },
        ],
        1,
      );
      expect(both).toEqual([expected[i + 1], expected[i + 1]]);
    }
    expect(() => decoder.fork(row)).toThrow('closed');
  });
});

describe('drafted tokens', () => {
  const prompts = [5, 63, 120, 40].map((length, n) => tokens(n, length));

  async function opened(decoder: Decoder): Promise<Row[]> {
    const rows = prompts.map(() => decoder.open());
    for (const [n, row] of rows.entries()) await prefill(decoder, row, prompts[n] ?? []);
    return rows;
  }

  async function verify(decoder: Decoder, inputs: readonly DraftedInput[]): Promise<Verified[]> {
    if (!decoder.verify) throw new Error('it reads no drafts');
    return decoder.verify(inputs);
  }

  it('are read with the bits that they have alone, whoever shares the step and whatever is drafted behind them', async () => {
    const decoder = await tiny();
    const rows = await opened(decoder);
    const inputs = rows.map((row, n) => ({ row, id: n, draft: tokens(50 + n, 5) }));
    const short = inputs.filter(({ row }) => decoder.capacityOf(row.length) === 64);
    expect(short).toHaveLength(3);
    const together = await verify(decoder, short);
    for (const [n, input] of short.entries()) {
      const [single] = await verify(decoder, [input]);
      expect(single?.logits).toHaveLength(6);
      expect(single?.logits).toEqual(together[n]?.logits);
      const other = {
        ...input,
        draft: input.draft.map((id, at) => (at < 2 ? id : (id + 1) % TINY.vocabSize)),
      };
      const [misled] = await verify(decoder, [other]);
      expect(misled?.logits.slice(0, 3)).toEqual(single?.logits.slice(0, 3));
      expect(misled?.logits[3]).not.toEqual(single?.logits[3]);
    }
  });

  it('are in the cache as far as they are kept, and as if they had come one by one but for rounding', async () => {
    const decoder = await tiny();
    const [prompt, rest] = [tokens(1, 61), tokens(2, 12)];
    const expected = await alone(decoder, prompt, rest);
    const row = decoder.open();
    const found = [await prefill(decoder, row, prompt)];
    for (let at = 0; at < rest.length; ) {
      const kept = 1 + (at % 4);
      const draft = [...rest.slice(at + 1, at + kept), ...tokens(9, 5 - kept)];
      const [verified] = await verify(decoder, [{ row, id: rest[at] ?? 0, draft }]);
      expect(row.length).toBe(prompt.length + at);
      verified?.keep(kept - 1);
      found.push(...(verified?.logits.slice(0, kept) ?? []));
      at += kept;
      expect(row.length).toBe(prompt.length + at);
    }
    expect(distance(found.slice(0, expected.length), expected)).toBeLessThan(1e-4);
  });

  it('and others can be taken back, as if they had never been there', async () => {
    const decoder = await tiny();
    const [prompt, rest] = [tokens(1, 61), tokens(2, 12)];
    const expected = await alone(decoder, prompt, rest);
    // Others move to where there is more room, too.
    const beside = decoder.open();
    await prefill(decoder, beside, tokens(3, 66));
    const row = decoder.open();
    await prefill(decoder, row, prompt);
    for (const id of tokens(8, 9)) await decoder.step([{ row, ids: [id] }], 1);
    expect(decoder.capacityOf(row.length)).toBe(128);
    decoder.forget?.(row, prompt.length);
    expect(row.length).toBe(prompt.length);
    for (const [at, id] of rest.entries()) {
      expect(await decoder.step([{ row, ids: [id] }], 1)).toEqual([expected[at + 1]]);
    }
    decoder.forget?.(row, row.length + 5);
    expect(row.length).toBe(prompt.length + rest.length);
  });

  it('are no matter of a cache that is not kept here', async () => {
    const plain = await openPlainDecoder(await write(), TINY, onProcessor(1), 'to compare');
    decoders.push(plain);
    expect(plain.verify).toBeUndefined();
  });
});

describe('graphs that do not allow it', () => {
  it('run as they are, and say why', async () => {
    const byPlace = await tiny({ biasByPlace: true });
    expect(byPlace.traits).toEqual({
      kvRule: 'present-as-past',
      shared: false,
      hindrance: 'room in the cache changes what the graph computes',
    });
    expect((await tiny({ window: 300 })).traits).toEqual(byPlace.traits);
    const elsewhere = await tiny({ present: 'read elsewhere' });
    expect(elsewhere.traits.hindrance).toBe('past_key_values.0.key is also read by Identity');
    expect(
      distance(
        await alone(elsewhere, tokens(1, 70), [3, 4]),
        await alone(await tiny(), tokens(1, 70), [3, 4]),
      ),
    ).toBeLessThan(1e-4);
  });

  it('are found out in 8 bits too, where rounded activations alone are a percent apart', async () => {
    const folded = async (options: TinyOptions) => {
      const path = join(folder, `int8-${JSON.stringify(options)}.onnx`);
      await writeFile(path, convertGraph(tinyDecoder(options), 'int8').file);
      const decoder = await loadDecoder(path, TINY, ON_CPU);
      decoders.push(decoder);
      return decoder.traits;
    };
    expect(await folded({})).toEqual({ kvRule: 'host-64x2n', shared: true });
    for (const options of [{ biasByPlace: true }, { window: 300 }]) {
      expect(await folded(options)).toMatchObject({ hindrance: expect.stringMatching(/^room in the cache/) });
    }
    // A graph whose logits are a percent larger where there is room in the cache.
    const rounding = async ({ capacity, ids, width }: HostStep) => {
      const logits = ids.map(() => Float32Array.of(capacity > 32 ? 4.04 : 4));
      const size = ids.length * TINY.kvHeads * width * TINY.headDim;
      return { logits, added: Array.from({ length: 2 * TINY.layers }, () => new Float32Array(size)) };
    };
    const probe = (rounds: boolean) => checkPadding(rounding, TINY, rounds);
    expect(await probe(true)).toBeUndefined();
    expect(await probe(false)).toMatch(/^room in the cache/);
  });

  it('keep their cache here, but share no step, where rows change each other', async () => {
    const decoder = await tiny({ rowsMeet: true });
    expect(decoder.traits).toEqual({
      kvRule: 'host-64x2n',
      shared: false,
      hindrance: 'a row has other bits in company than alone',
    });
  });

  it('may have logits that are no plain product', async () => {
    const [all, last] = [await tiny({ addToLogits: true }), await tiny()];
    const plus = (await alone(last, tokens(1, 9), [4])).map((logits) => logits.map((value) => value + 0.5));
    expect(distance(await alone(all, tokens(1, 9), [4]), plus)).toBeLessThan(1e-5);
  });
});

describe('graphs that do not run', () => {
  it('are refused as models', async () => {
    const path = await write();
    await expect(loadDecoder(path, { ...TINY, headDim: 4 }, ON_CPU)).rejects.toMatchObject({
      code: 'bad_model',
    });
  });
});

describe("the project's models", () => {
  it('share their steps', async () => {
    const { onnxPath, config } = await arithmeticFolder();
    const decoder = await loadDecoder(onnxPath, config, ON_CPU);
    decoders.push(decoder);
    expect(decoder.traits).toEqual({ kvRule: 'host-64x2n', shared: true });
  });
});
