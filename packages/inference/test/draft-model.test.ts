import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../src/contract.js';
import type { Decoder } from '../src/generation/decoder.js';
import { loadDecoder } from '../src/generation/load-decoder.js';
import { createDraftModel, type DraftModel } from '../src/speculation/draft-model.js';
import { engineWithThreads, modelFolder, ON_CPU } from './support.js';

const SMALL = 'long-multiplication-small';

let engine: InferenceEngine;
let decoder: Decoder;
let model: DraftModel;
let vocabulary: number;
beforeAll(async () => {
  ({ engine } = await engineWithThreads());
  const { onnxPath, config } = await modelFolder(SMALL);
  decoder = await loadDecoder(onnxPath, config, ON_CPU);
  vocabulary = config.vocabSize;
  model = { decoder, contextTokens: config.contextTokens };
});
afterAll(async () => {
  await decoder.release();
  await engine.close();
});

/** By how much, at most, the model finds other tokens more likely than these, token by token from the beginning. */
async function farthestFromBest(text: readonly number[], drafted: readonly number[]): Promise<number> {
  const row = decoder.open();
  const read = async (id: number) => (await decoder.step([{ row, ids: [id] }], 1))[0] ?? new Float32Array(0);
  try {
    let logits = new Float32Array(0);
    for (const id of text) logits = new Float32Array(await read(id));
    let farthest = 0;
    for (const id of drafted) {
      farthest = Math.max(farthest, Math.max(...logits) - (logits[id] ?? Number.NEGATIVE_INFINITY));
      logits = new Float32Array(await read(id));
    }
    return farthest;
  } finally {
    decoder.close(row);
  }
}

describe('a model that guesses', () => {
  it('goes on with what it finds most likely, whatever became of its guesses', async () => {
    // How many guesses come true each time, and whether another token follows them.
    const turns = fc.array(fc.tuple(fc.nat(6), fc.boolean()), { minLength: 1, maxLength: 5 });
    const texts = fc.array(fc.nat(vocabulary - 1), { minLength: 1, maxLength: 90 });
    let guesses = 0;
    await fc.assert(
      fc.asyncProperty(texts, turns, async (start, all) => {
        const text = [...start];
        const drafter = createDraftModel(model, text, 4);
        for (const [accepted, another] of all) {
          const drafted = await drafter.draft(9);
          // A long beginning is read in more than one turn.
          if (drafted.length === 0) {
            expect(text.length).toBeGreaterThan(64);
            continue;
          }
          expect(drafted).toHaveLength(4);
          // Read in other portions, last bits are others.
          expect(await farthestFromBest(text, drafted)).toBeLessThan(1e-3);
          guesses++;
          const [next = 0] = drafted.slice(accepted);
          for (const id of [...drafted.slice(0, accepted), ...(another ? [(next + 1) % vocabulary] : [])]) {
            text.push(id);
            drafter.saw(id);
          }
        }
        drafter.close();
      }),
      { numRuns: 15 },
    );
    expect(guesses).toBeGreaterThan(15);
  });

  it('guesses no more than there is room for, and nothing beyond its own context', async () => {
    const drafter = createDraftModel(model, [1, 2, 3], 4);
    expect(await drafter.draft(2)).toHaveLength(2);
    expect(await drafter.draft(0)).toEqual([]);
    for (let at = 3; at < model.contextTokens - 1; at++) drafter.saw(4);
    // In steps of 64 tokens.
    for (let at = 2 + 64; at < model.contextTokens - 1; at += 64) expect(await drafter.draft(9)).toEqual([]);
    expect(await drafter.draft(9)).toHaveLength(1);
    drafter.saw(4);
    expect(await drafter.draft(9)).toEqual([]);
    drafter.close();
  });
});

describe('a request that names one', () => {
  const asked = { model: 'long-multiplication', prompt: '613*482', reasoning: true, maxTokens: 128 };
  const draft = { model: SMALL, tokens: 5 };

  it('gets the tokens that it gets alone, in fewer steps, and says whose guesses they were', async () => {
    const [without, guessed] = [await engine.generate(asked), await engine.generate({ ...asked, draft })];
    expect(guessed.tokenIds).toEqual(without.tokenIds);
    expect(guessed.acceptedTokens).toBeGreaterThan(without.tokenIds.length / 2);
    expect(guessed.sharing.steps).toBe(without.sharing.steps - (guessed.acceptedTokens ?? 0));
    const small = engine.models().find(({ name }) => name === SMALL);
    expect(guessed.schedule).toMatchObject({
      draftRule: 'greedy',
      draftModel: { name: SMALL, digest: small?.digest, precision: 'fp32' },
    });
    expect(without.schedule).not.toHaveProperty('draftModel');

    const both = await engine.generate({ ...asked, draft, promptLookupTokens: 3 });
    expect(both.schedule).toMatchObject({ draftRule: 'longest-match, greedy' });
    expect(both.tokenIds).toEqual(without.tokenIds);
  });

  it('gets the same bits in company, also of the model that guesses', async () => {
    const request = { ...asked, draft, temperature: 1.1, logprobs: 2 };
    const { completions } = await engine.generate(request);
    const others = Array.from({ length: 9 }, (_, seed) => [
      engine.generate({ ...request, seed: seed + 1 }),
      engine.generate({ ...asked, model: SMALL, temperature: 1, seed }),
    ]);
    const [again] = await Promise.all([engine.generate(request), ...others.flat()]);
    expect(again.completions).toEqual(completions);
  });

  it('is served also where it alone fills all the room for tokens', async () => {
    const { engine: narrow } = await engineWithThreads({ limits: { kvTokens: 128 } });
    const two = [narrow.generate({ ...asked, draft }), narrow.generate({ ...asked, draft })];
    const [first, second] = await Promise.all(two);
    expect(first?.finishReason).toBe('stop');
    expect(second?.tokenIds).toEqual(first?.tokenIds);
    expect([first?.sharing.mostRows, second?.sharing.mostRows]).toEqual([1, 1]);
    await narrow.close();
  });

  it('can be cancelled, and leaves nothing', async () => {
    const stop = new AbortController();
    const cancelled = engine.generate(
      { ...asked, draft },
      { signal: stop.signal, onToken: () => stop.abort() },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect((await engine.generate({ ...asked, draft })).finishReason).toBe('stop');
    expect(engine.load().size).toBe(0);
  });

  it.each([
    [
      { draft: { model: 'nobody' } },
      'unknown_model',
      /^draft\.model: "nobody" is not here; known: arithmetic/,
    ],
    [{ draft: { model: 'shapes' } }, 'unknown_model', /^draft\.model: "shapes" is not here/],
    [{ draft: { model: SMALL, precision: 'int4' } }, 'bad_request', /^draft\.precision: .* not here in int4/],
    [{ draft: { model: SMALL, tokens: 16 } }, 'bad_request', /^draft\.tokens: .*<=15/],
    [{ draft, n: 2, temperature: 1 }, 'bad_request', /^draft: only of one completion/],
  ] as const)('with %j is refused', async (change, code, message) => {
    await expect(engine.generate({ ...asked, ...change } as never)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('is refused where the two have other tokens', async () => {
    const modelsDir = await mkdtemp(join(tmpdir(), 'inferscan-draft-'));
    for (const name of [asked.model, SMALL]) {
      await cp(fileURLToPath(new URL(`../../../models/${name}/`, import.meta.url)), join(modelsDir, name), {
        recursive: true,
      });
    }
    const path = join(modelsDir, SMALL, 'tokenizer.json');
    const tokenizer = JSON.parse(await readFile(path, 'utf8'));
    const { vocab } = tokenizer.model;
    [vocab['1'], vocab['2']] = [vocab['2'], vocab['1']];
    await writeFile(path, JSON.stringify(tokenizer));
    const { engine: mixed } = await engineWithThreads({ modelsDir });
    for (const _ of ['compared', 'known']) {
      await expect(mixed.generate({ ...asked, draft })).rejects.toMatchObject({
        code: 'bad_request',
        message: `draft.model: ${SMALL} has other tokens than ${asked.model}, and cannot guess for it`,
      });
    }
    await mixed.close();
    await rm(modelsDir, { recursive: true });
  });

  it('is refused where both do not fit into memory, and the next one is served', async () => {
    const { engine: narrow } = await engineWithThreads({ memoryBytes: 21 * 1024 ** 2 });
    await expect(narrow.generate({ ...asked, draft })).rejects.toMatchObject({ code: 'out_of_memory' });
    expect((await narrow.generate(asked)).finishReason).toBe('stop');
    await narrow.close();
  });
});
