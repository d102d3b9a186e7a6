import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceEngine } from '../src/contract.js';
import { engineWithThreads, greedyOutputs } from './support.js';

let engine: InferenceEngine;
beforeAll(async () => {
  engine = (await engineWithThreads()).engine;
});
afterAll(() => engine.close());

const ask = (prompt: string, reasoning: boolean, more: object = {}) =>
  engine.generate({ model: 'arithmetic', prompt, reasoning, ...more });

describe('held-out multiplications', () => {
  const problems = greedyOutputs();

  it('are right with written-out reasoning, at least 95 of 100', async () => {
    expect(problems).toHaveLength(100);
    const results = await Promise.all(problems.slice(0, 60).map((problem) => ask(problem.prompt, true)));
    const rest = await Promise.all(problems.slice(60).map((problem) => ask(problem.prompt, true)));
    const texts = [...results, ...rest].map((result) => result.text);
    expect(texts.filter((text, i) => text === problems[i]?.product).length).toBeGreaterThanOrEqual(95);
  });

  it.each([
    ['direct', false],
    ['reasoning', true],
  ] as const)('give the same %s text as the framework that trained the model', async (kind, reasoning) => {
    for (const problem of problems) {
      const result = await ask(problem.prompt, reasoning);
      const text = reasoning ? `${result.reasoningText}</think>${result.text}` : result.text;
      expect(`${problem.prompt} ${text}`).toBe(`${problem.prompt} ${problem[kind]}`);
    }
  });
});

describe('generation', () => {
  it('repeats itself for one seed and varies between seeds', async () => {
    const sample = (seed: number) => ask('613*48', false, { temperature: 1.5, topK: 10, topP: 0.95, seed });
    const first = await sample(11);
    const again = await sample(11);
    expect(again.tokenIds).toEqual(first.tokenIds);
    const others = await Promise.all([12, 13, 14, 15, 16].map(sample));
    expect(new Set([first, ...others].map((result) => result.text)).size).toBeGreaterThan(1);
  });

  it('does not depend on the requests before it', async () => {
    const alone = await ask('705*39', true, { temperature: 1, seed: 5 });
    await ask('12*3', true, { temperature: 1, seed: 9 });
    expect((await ask('705*39', true, { temperature: 1, seed: 5 })).tokenIds).toEqual(alone.tokenIds);
  });

  it('counts prompt, completion and reasoning tokens, marks and stop token included', async () => {
    const result = await ask('384*57', true);
    expect(result.text).toBe('21888');
    // <bos>384*57=<think>, then 23 columns and </think>, then 21888 and <eos>.
    expect(result.tokens).toEqual({ prompt: 9, reasoning: 24, completion: 30 });
    expect(result.reasoningText).toBe('483*75=8862+00291=88812');
    expect(result.tokenIds).toHaveLength(30);
    expect(result.finishReason).toBe('stop');
  });

  it('ends with "length" at maxTokens', async () => {
    const result = await ask('384*57', true, { maxTokens: 4 });
    expect(result).toMatchObject({ finishReason: 'length', text: '', reasoningText: '483*' });
    expect(result.tokens).toEqual({ prompt: 9, completion: 4, reasoning: 4 });
  });

  it('says what ran', async () => {
    const result = await ask('384*57', false, { seed: 3 });
    const [info] = engine.models();
    expect(result.model).toEqual({
      name: 'arithmetic',
      digest: info?.digest,
      parameters: 446_880,
      precision: 'fp32',
    });
    expect(info?.digest).toMatch(/^[0-9a-f]{64}$/);
    const manifest = JSON.parse(
      readFileSync(new URL('../../../node_modules/onnxruntime-node/package.json', import.meta.url), 'utf8'),
    );
    expect(result.runtime).toEqual({
      name: 'onnxruntime-node',
      version: manifest.version,
      provider: 'cpu',
      threads: 1,
    });
    expect(result.schedule).toEqual({ prefillChunk: 64, kvRule: 'host-64x2n', shared: true });
    expect(result.seed).toBe(3);
  });

  it('times the parts of the whole', async () => {
    const { engine: fresh } = await engineWithThreads();
    const cold = await fresh.generate({ model: 'arithmetic', prompt: '384*57' });
    const warm = await fresh.generate({ model: 'arithmetic', prompt: '384*57' });
    await fresh.close();
    expect(cold.timing.loadMs).toBeGreaterThan(0);
    expect(warm.timing.loadMs).toBe(0);
    for (const { queueMs, loadMs, firstTokenMs, totalMs } of [cold.timing, warm.timing]) {
      expect(Math.min(queueMs, firstTokenMs)).toBeGreaterThanOrEqual(0);
      expect(queueMs + loadMs + firstTokenMs).toBeLessThanOrEqual(totalMs);
    }
  });
});
