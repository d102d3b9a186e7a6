import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamedToken } from '../src/contract.js';
import { convertModel } from '../src/convert/convert-model.js';
import { type Batch, createBatch, noCounts } from '../src/generation/batch.js';
import type { Generation, GenerationJob, GenerationModel } from '../src/generation/generation.js';
import { loadDecoder } from '../src/generation/load-decoder.js';
import { openPlainDecoder } from '../src/generation/plain-decoder.js';
import { type BatchLimits, DEFAULT_LIMITS } from '../src/generation/schedule.js';
import { graphNames } from '../src/loading/graph-names.js';
import { onProcessor } from '../src/loading/session.js';
import { createMeter } from '../src/metering/meter.js';
import { type GenerationRequest, parseRequest } from '../src/request.js';
import { createTextTokenizer } from '../src/tokens/tokenizer.js';
import { ARITHMETIC_DIR, arithmeticFolder, modelFolder, ON_CPU } from './support.js';

/** In 4 bits a row alone has other last bits than in company on some processors. */
const IN_4_BITS = 'arithmetic in 4 bits';

const models = new Map<string, GenerationModel>();
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'inferscan-batch-'));
  for (const name of ['arithmetic', 'long-multiplication-small']) {
    const folder = await modelFolder(name);
    models.set(name, {
      decoder: await loadDecoder(folder.onnxPath, folder.config, ON_CPU),
      tokenizer: createTextTokenizer(folder),
      stopTokenIds: folder.stopTokenIds,
      contextTokens: folder.config.contextTokens,
    });
  }
  await cp(ARITHMETIC_DIR, directory, { recursive: true });
  await convertModel({ directory, precision: 'int4', samples: null, force: false });
  const { config } = await arithmeticFolder();
  const decoder = await loadDecoder(join(directory, 'onnx', graphNames('int4')[0]), config, ON_CPU);
  models.set(IN_4_BITS, { ...(models.get('arithmetic') ?? fail()), decoder });
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  for (const { decoder } of models.values()) await decoder.release();
});

function batchOf(name: string, limits: Partial<BatchLimits> = {}): Batch {
  const model = models.get(name);
  if (!model) throw new Error(`no model ${name}`);
  return createBatch(model, { ...DEFAULT_LIMITS, ...limits });
}

interface Submitted {
  outcome: Generation | Error | undefined;
  readonly streamed: StreamedToken[];
}

function submit(
  batch: Batch,
  id: number,
  request: GenerationRequest,
  answer?: GenerationJob['answer'],
): Submitted {
  const submitted: Submitted = { outcome: undefined, streamed: [] };
  batch.submit({
    id,
    request: parseRequest(request),
    meter: createMeter(),
    answer,
    onToken: (token) => submitted.streamed.push(token),
    settle: (outcome) => {
      expect(submitted.outcome).toBeUndefined();
      submitted.outcome = outcome;
    },
  });
  return submitted;
}

async function runOut(batch: Batch): Promise<void> {
  while (batch.busy) await batch.step();
}

/** Requests of many kinds: lengths, seeds, greedy and not, reasoning and not, prompts beyond a chunk. */
function mixed(model: string): GenerationRequest[] {
  const longest = model === 'long-multiplication-small' ? 110 : 55;
  return Array.from({ length: 32 }, (_, n) => ({
    model,
    prompt:
      n % 8 === 7 ? `${'12345'.repeat(30).slice(0, longest - n)}*7` : `${(n * 7919) % 9973}*${(n * 31) % 89}`,
    reasoning: n % 3 !== 0,
    maxTokens: n % 5 === 4 ? 6 : 80,
    temperature: n % 4 === 0 ? 0 : 0.5 + n / 20,
    topK: n % 4 === 2 ? 5 : 0,
    topP: n % 4 === 3 ? 0.9 : 1,
    minP: n % 7 === 3 ? 0.05 : 0,
    repetitionPenalty: n % 6 === 5 ? 1.1 : 1,
    frequencyPenalty: n % 9 === 2 ? 0.2 : 0,
    stop: n % 10 === 9 ? ['00', '7'] : [],
    logprobs: 3,
    promptLookupTokens: n % 3 === 1 ? n % 16 : 0,
    n: n % 16 === 3 ? 3 : 1,
    seed: n,
    together: model === IN_4_BITS,
  }));
}

describe.each(['arithmetic', 'long-multiplication-small', IN_4_BITS])('32 requests to %s', (name) => {
  it('get together what each gets alone, in fewer steps', async () => {
    const requests = mixed(name);
    const single = batchOf(name, { prefixBytes: 0 });
    const alone: Submitted[] = [];
    for (const [id, request] of requests.entries()) {
      alone.push(submit(single, id, request));
      await runOut(single);
    }
    const shared = batchOf(name, { prefixBytes: 0 });
    const together = requests.map((request, id) => submit(shared, id, request));
    await runOut(shared);
    expect(together).toEqual(alone);
    for (const { outcome } of together) expect(outcome).not.toBeInstanceOf(Error);
    expect(shared.counts.rows).toBe(single.counts.rows);
    expect(shared.counts.steps).toBeLessThan(single.counts.steps / 4);

    // Others come and go at other times, in another order, with little room.
    const crowded = batchOf(name, { maxRows: 7, kvTokens: 128 * 6, prefillTokens: 64, prefixBytes: 0 });
    const later = [...requests.keys()].reverse();
    const staggered = new Map<number, Submitted>();
    while (later.length > 0 || crowded.busy) {
      for (const id of later.splice(0, 3)) staggered.set(id, submit(crowded, id, requests[id] ?? fail()));
      await crowded.step();
    }
    expect(requests.map((_, id) => staggered.get(id))).toEqual(alone);
  });
});

describe('beginnings of prompts', () => {
  it('that were read before are not read again, which changes no bit', async () => {
    const name = 'long-multiplication-small';
    const beginning = '12345'.repeat(14);
    const requests = ['*7', '*8', '6*77', '*7'].map((rest, seed) => ({
      model: name,
      prompt: `${beginning}${rest}`,
      reasoning: true,
      temperature: 1,
      logprobs: 2,
      seed,
    }));
    const counted = async (prefixBytes: number) => {
      const batch = batchOf(name, { prefixBytes });
      const results: (Generation | Error | undefined)[] = [];
      for (const [id, request] of requests.entries()) {
        const submitted = submit(batch, id, request);
        await runOut(batch);
        results.push(submitted.outcome);
      }
      return { results, counts: batch.counts };
    };
    const [without, kept] = [await counted(0), await counted(2 ** 20)];
    const cached = (results: (Generation | Error | undefined)[]) =>
      results.map((result) => (result && 'cachedTokens' in result ? result.cachedTokens : undefined));
    expect(cached(without.results)).toEqual([0, 0, 0, 0]);
    expect(cached(kept.results)).toEqual([0, 64, 64, 64]);
    expect(kept.counts.cachedTokens).toBe(3 * 64);
    expect(kept.counts.promptTokens).toBe(without.counts.promptTokens - 3 * 64);
    expect(kept.results).toEqual(
      without.results.map((result, i) => ({ ...result, cachedTokens: i > 0 ? 64 : 0 })),
    );
  });
});

function fail(): never {
  throw new Error('no such request');
}

describe('a model whose rows cannot share steps', () => {
  it('serves everybody in turn, with what each gets alone', async () => {
    const { onnxPath, config } = await modelFolder('arithmetic');
    const shared = models.get('arithmetic');
    if (!shared) throw new Error('no model');
    const decoder = await openPlainDecoder(onnxPath, config, onProcessor(1), 'to test');
    const requests = mixed('arithmetic').slice(0, 8);
    const run = async (groups: GenerationRequest[][]) => {
      const batch = createBatch({ ...shared, decoder }, DEFAULT_LIMITS);
      const submitted: Submitted[] = [];
      for (const group of groups) {
        submitted.push(...group.map((request, id) => submit(batch, id, request)));
        await runOut(batch);
      }
      expect(batch.counts.rows).toBe(batch.counts.steps);
      return submitted;
    };
    expect(await run([requests])).toEqual(await run(requests.map((request) => [request])));
    await decoder.release();
  });
});

describe('guessed tokens', () => {
  const name = 'long-multiplication-small';
  const problems = Array.from({ length: 12 }, (_, n) => `${111 + 73 * n}*${907 - 61 * n}`);

  async function outcomeOf(request: GenerationRequest, answer?: GenerationJob['answer']) {
    const batch = batchOf(name);
    const submitted = submit(batch, 1, request, answer);
    await runOut(batch);
    if (!submitted.outcome || submitted.outcome instanceof Error) throw submitted.outcome;
    return { ...submitted.outcome, counts: batch.counts, streamed: submitted.streamed };
  }

  it('save steps, one for each that comes true, and are counted', async () => {
    let [saved, accepted] = [0, 0];
    for (const prompt of problems) {
      const asked = { model: name, prompt, reasoning: true, maxTokens: 110 };
      const [without, guessed] = [
        await outcomeOf(asked),
        await outcomeOf({ ...asked, promptLookupTokens: 5 }),
      ];
      expect(without).toMatchObject({ draftedTokens: 0, acceptedTokens: 0 });
      expect(guessed.tokenIds).toEqual(without.tokenIds);
      expect(guessed.streamed).toEqual(without.streamed);
      expect(guessed.acceptedTokens).toBeLessThanOrEqual(guessed.draftedTokens);
      expect(guessed.counts).toMatchObject({
        draftedTokens: guessed.draftedTokens,
        acceptedTokens: guessed.acceptedTokens,
        generatedTokens: guessed.tokenIds.length,
      });
      saved += without.counts.steps - guessed.counts.steps;
      accepted += guessed.acceptedTokens;
    }
    expect(saved).toBe(accepted);
    expect(accepted).toBeGreaterThan(100);
  });

  it('come true one after the other where the answer is foretold, and change nothing where another one is', async () => {
    const asked = { model: name, prompt: '613*482', reasoning: true, maxTokens: 110 };
    const without = await outcomeOf(asked);
    const foretold = (prediction: string) => outcomeOf({ ...asked, promptLookupTokens: 15, prediction });
    const right = await foretold(without.reasoningText);
    expect(right.tokenIds).toEqual(without.tokenIds);
    expect(right.acceptedTokens).toBeGreaterThan(0.8 * without.reasoningText.length);
    expect(right.counts.steps).toBeLessThan(without.counts.steps / 3);
    expect(right.tokens.prompt).toBe(without.tokens.prompt);
    const wrong = await foretold('99887766554433221100?'.repeat(40));
    expect(wrong.tokenIds).toEqual(without.tokenIds);
  });

  it.each([1, 2, 7, 30, 33])('end where the others do, at %i tokens', async (maxTokens) => {
    const asked = { model: name, prompt: '121*121', reasoning: true, maxTokens, logprobs: 1 };
    const guessed = await outcomeOf({ ...asked, promptLookupTokens: 15 });
    expect(guessed).toMatchObject({ finishReason: 'length', tokenIds: { length: maxTokens } });
    expect(guessed.logprobs).toHaveLength(maxTokens);
    expect(guessed.acceptedTokens).toBeLessThan(maxTokens);
  });

  it('go no further than a stop string in the middle of them', async () => {
    const asked = { model: name, prompt: '121*121', reasoning: true, maxTokens: 110 };
    const whole = await outcomeOf(asked);
    for (const stop of [whole.reasoningText.slice(20, 23), whole.reasoningText.slice(31, 33)]) {
      const [without, guessed] = [
        await outcomeOf({ ...asked, stop: [stop] }),
        await outcomeOf({ ...asked, stop: [stop], promptLookupTokens: 15 }),
      ];
      expect(guessed.tokenIds).toEqual(without.tokenIds);
      expect(guessed.reasoningText).toBe(without.reasoningText);
      expect(guessed.finishReason).toBe('stop');
    }
  });

  it('are nothing where the cache is not kept here', async () => {
    const { onnxPath, config } = await modelFolder(name);
    const model = models.get(name);
    if (!model) throw new Error('no model');
    const decoder = await openPlainDecoder(onnxPath, config, onProcessor(1), 'to test');
    const batch = createBatch({ ...model, decoder }, DEFAULT_LIMITS);
    const submitted = submit(batch, 1, {
      model: name,
      prompt: '121*121',
      reasoning: true,
      promptLookupTokens: 7,
    });
    await runOut(batch);
    expect(submitted.outcome).toMatchObject({ draftedTokens: 0, finishReason: 'stop' });
    await decoder.release();
  });
});

const request = { model: 'arithmetic', prompt: '384*57', reasoning: true };

describe('cancellation', () => {
  it.each([0, 1, 7])('is heard before the next step, after %i of them', async (steps) => {
    const batch = batchOf('arithmetic');
    const cancelled = submit(batch, 1, request);
    const other = submit(batch, 2, request);
    for (let step = 0; step < steps; step++) await batch.step();
    batch.cancel(1);
    await batch.step();
    expect(cancelled.outcome).toMatchObject({ code: 'cancelled' });
    expect(cancelled.streamed).toHaveLength(steps);
    await runOut(batch);
    expect(other.outcome).toMatchObject({ text: '21888' });
  });

  it('of all leaves nothing', async () => {
    const batch = batchOf('arithmetic', { maxRows: 2 });
    const all = [1, 2, 3, 4].map((id) => submit(batch, id, request));
    await batch.step();
    batch.cancelAll();
    await batch.step();
    expect(batch.busy).toBe(false);
    for (const { outcome } of all) expect(outcome).toMatchObject({ code: 'cancelled' });
  });
});

describe('counts', () => {
  it('go on over batches of the same model', async () => {
    const model = models.get('arithmetic');
    if (!model) throw new Error('no model');
    const counts = noCounts();
    for (const id of [1, 2]) {
      const batch = createBatch(model, DEFAULT_LIMITS, counts);
      submit(batch, id, request);
      await runOut(batch);
    }
    expect(counts).toEqual({
      ...{ steps: 60, rows: 60, promptTokens: 18, cachedTokens: 0, generatedTokens: 60 },
      ...{ draftedTokens: 0, acceptedTokens: 0 },
    });
  });
});

describe('a step that fails', () => {
  it('fails the requests that took part in it once, and no others', async () => {
    const model = models.get('arithmetic');
    if (!model) throw new Error('no model');
    let failing = false;
    const decoder: GenerationModel['decoder'] = {
      ...model.decoder,
      step: (inputs, width) =>
        failing ? Promise.reject(new Error('out of order')) : model.decoder.step(inputs, width),
    };
    const batch = createBatch({ ...model, decoder }, DEFAULT_LIMITS);
    const first = submit(batch, 1, { model: 'arithmetic', prompt: '384*57', temperature: 1, n: 3 });
    await batch.step();
    failing = true;
    await batch.step();
    expect(first.outcome).toEqual(new Error('out of order'));
    expect(batch.busy).toBe(false);
    failing = false;
    const second = submit(batch, 2, request);
    await runOut(batch);
    expect(second.outcome).toMatchObject({ text: '21888' });
  });

  it('for one completion of several ends them all, also in the middle of a step', async () => {
    const batch = batchOf('arithmetic');
    let applied = 0;
    const answer: GenerationJob['answer'] = {
      start: async () => ({
        ended: async () => false,
        apply: async (logits) => {
          if (++applied > 4) throw new Error('no token is left');
          return Float64Array.from(logits);
        },
        accept: () => undefined,
        close: () => undefined,
      }),
    };
    const direct = { ...request, reasoning: false };
    const several = submit(batch, 1, { ...direct, temperature: 0.1, n: 3 }, answer);
    const other = submit(batch, 2, direct);
    await runOut(batch);
    expect(several.outcome).toEqual(new Error('no token is left'));
    expect(applied).toBe(5);
    expect(other.outcome).toMatchObject({ finishReason: 'stop' });
  });

  it('when there is no memory for a row fails its request alone', async () => {
    const model = models.get('arithmetic');
    if (!model) throw new Error('no model');
    let full = true;
    const open = () => {
      if (full) throw new RangeError('Array buffer allocation failed');
      return model.decoder.open();
    };
    const batch = createBatch({ ...model, decoder: { ...model.decoder, open } }, DEFAULT_LIMITS);
    const first = submit(batch, 1, request);
    await batch.step();
    expect(first.outcome).toBeInstanceOf(RangeError);
    full = false;
    const second = submit(batch, 2, request);
    await runOut(batch);
    expect(second.outcome).toMatchObject({ text: '21888' });
  });
});
