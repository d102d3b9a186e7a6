import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decoder } from '../src/generation/decoder.js';
import { cacheNamesOf } from '../src/generation/graph-io.js';
import { loadDecoder } from '../src/generation/load-decoder.js';
import { openPlainDecoder } from '../src/generation/plain-decoder.js';
import { rewriteForHostCache } from '../src/graph/host-cache.js';
import { onProcessor } from '../src/loading/session.js';
import { GROUPED, type GroupedOptions, groupedDecoder } from './graphs/grouped-decoder.js';
import { ON_CPU } from './support.js';

let folder: string;
let written = 0;
const decoders: Decoder[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inferscan-grouped-'));
});
afterAll(async () => {
  for (const decoder of decoders) await decoder.release();
  await rm(folder, { recursive: true, force: true });
});

async function both(options: GroupedOptions): Promise<{ loaded: Decoder; plain: Decoder }> {
  const path = join(folder, `${written++}.onnx`);
  await writeFile(path, groupedDecoder(options));
  const loaded = await loadDecoder(path, GROUPED, ON_CPU);
  const plain = await openPlainDecoder(path, GROUPED, onProcessor(1), 'as it is');
  decoders.push(loaded, plain);
  return { loaded, plain };
}

/** The logits after a prompt in steps of 8 tokens, and after each of a few more tokens. */
async function logitsOf(decoder: Decoder, prompt: readonly number[], rest: readonly number[]) {
  const row = decoder.open();
  const found: Float32Array[] = [];
  for (let at = 0; at < prompt.length; at += 8) {
    found.push(...(await decoder.step([{ row, ids: prompt.slice(at, at + 8) }], 8)));
  }
  for (const id of rest) found.push(...(await decoder.step([{ row, ids: [id] }], 1)));
  decoder.close(row);
  return found;
}

const tokens = (seed: number, count: number) =>
  Array.from({ length: count }, (_, i) => (seed * 5 + i * 7 + ((i * i) % 11)) % GROUPED.vocabSize);

const distance = (a: readonly Float32Array[], b: readonly Float32Array[]) =>
  Math.max(
    ...a.map((row, i) => Math.max(...row.map((value, at) => Math.abs(value - (b[i]?.[at] ?? Number.NaN))))),
  );

describe('attention as one operator', () => {
  it.each<GroupedOptions>([
    {},
    { rotary: 'halves' },
    { rotary: 'pairs', packed: true },
    { rotary: 'halves', attributes: { scale: { float: 0.2 }, local_window_size: -1 } },
    { attributes: { softcap: { float: 0.02 } } },
    { rotary: 'halves', attributes: { local_window_size: 5 } },
    { rotary: 'halves', attributes: { local_window_size: 1 } },
    { rotary: 'pairs', packed: true, attributes: { local_window_size: 40, softcap: { float: 2 } } },
    { rotary: 'halves', byLayer: [{ local_window_size: 12 }, { softcap: { float: 1 } }] },
    { rotary: 'halves', byLayer: [{ local_window_size: 3 }, { local_window_size: 30 }] },
  ])('keeps its cache here and gives what it gives as it is: %j', async (options) => {
    const { loaded, plain } = await both(options);
    expect(loaded.traits).toEqual({ kvRule: 'host-64x2n-parts', shared: true });
    const [prompt, rest] = [tokens(1, 75), tokens(2, 6)];
    const [found, expected] = [await logitsOf(loaded, prompt, rest), await logitsOf(plain, prompt, rest)];
    expect(found).toHaveLength(16);
    expect(distance(found, expected)).toBeLessThan(1e-5);
    const other = await logitsOf(plain, tokens(3, 75), rest);
    expect(distance(found, other)).toBeGreaterThan(1e-2);
  });

  it.each<GroupedOptions>([
    { attributes: { local_window_size: 5 } },
    { attributes: { softcap: { float: 0.02 } } },
  ])('gives something else than without %j', async (options) => {
    const { loaded } = await both({ rotary: 'halves', ...options });
    const { plain: without } = await both({ rotary: 'halves' });
    const [prompt, rest] = [tokens(1, 75), tokens(2, 6)];
    const found = await logitsOf(loaded, prompt, rest);
    expect(distance(found, await logitsOf(without, prompt, rest))).toBeGreaterThan(1e-2);
  });

  it('gives the logits that it is asked for, after the last token or after each', async () => {
    const { loaded } = await both({ rotary: 'halves' });
    const last = loaded.open();
    const each = loaded.open();
    const ids = tokens(4, 8);
    for (const row of [last, each]) await loaded.step([{ row, ids: tokens(1, 8) }], 8);
    const one = await loaded.step([{ row: last, ids }], 8);
    const [all] = (await loaded.verify?.([{ row: each, id: ids[0] ?? 0, draft: ids.slice(1) }])) ?? [];
    expect(all?.logits).toHaveLength(8);
    expect(distance(one, all?.logits.slice(-1) ?? [])).toBeLessThan(1e-5);
    expect(distance(one, all?.logits.slice(-2, -1) ?? [])).toBeGreaterThan(1e-2);
  });

  it('gives a row in company the bits that it has alone', async () => {
    const { loaded } = await both({ rotary: 'halves' });
    const prompts = [1, 2, 3].map((seed) => tokens(seed, 8));
    const alone = [];
    for (const prompt of prompts) alone.push(await logitsOf(loaded, prompt, [5, 6]));
    const rows = prompts.map(() => loaded.open());
    const step = (ids: (row: number) => readonly number[], width: number) =>
      loaded.step(
        rows.map((row, at) => ({ row, ids: ids(at) })),
        width,
      );
    const together = [
      await step((at) => prompts[at] ?? [], 8),
      await step(() => [5], 1),
      await step(() => [6], 1),
    ];
    alone.forEach((steps, row) => {
      expect(together.map((logits) => logits[row])).toEqual(steps);
    });
  });

  it.each<[GroupedOptions, string]>([
    [{ attributes: { softcap: { float: -1 } } }, 'caps its scores at -1'],
    [{ attributes: { smooth_softmax: 1 } }, 'has smooth_softmax'],
    [{ attributes: { kv_num_heads: 3 } }, 'has 4 heads for 3'],
    [{ rotary: 'half of each head' }, 'turns only a part of each head'],
    [{ furtherInputs: ['', 'bias'] }, 'has further inputs'],
    [{ pastReadElsewhere: true }, 'shares past_key_values.0.key with other nodes'],
  ])('is left as it is where it does more: %j', (options, reason) => {
    const found = rewriteForHostCache(groupedDecoder(options), cacheNamesOf(GROUPED), GROUPED.headDim);
    expect(found).toEqual({ hindrance: `the attention of layer 0 ${reason}` });
  });
});
