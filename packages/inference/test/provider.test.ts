import { describe, expect, it } from 'vitest';
import { InferenceError } from '../src/errors.js';
import { checkSharing, MANY_COMPANIES } from '../src/generation/probe.js';
import { createInferenceEngine } from '../src/index.js';
import { onFirstThatTakesIt, workingProviders } from '../src/loading/provider.js';
import { onProcessor, openSession } from '../src/loading/session.js';
import { TINY } from './graphs/tiny-decoder.js';
import { ARITHMETIC_DIR, engineWithThreads } from './support.js';

describe('execution providers', () => {
  it('are refused by name where the runtime does not know them, with what it has', async () => {
    const starting = createInferenceEngine({ providers: ['cpu', 'abacus'] });
    await expect(starting).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(/^providers: this ONNX Runtime has no abacus; it has cpu\b/),
    });
    await expect(createInferenceEngine({ providers: [] })).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('are tried in order, and those that do not work here are passed by', async () => {
    expect(await workingProviders(['cpu', 'cpu'])).toEqual(['cpu']);
    // Whether this machine has a GPU or not, one of them works, and the processor stays the last resort.
    const working = await workingProviders(['webgpu', 'cpu']);
    expect([['webgpu', 'cpu'], ['cpu']]).toContainEqual(working);
    const alone = await workingProviders(['webgpu']).catch((error: unknown) => error);
    if (working.length === 2) expect(alone).toEqual(['webgpu']);
    else
      expect(alone).toMatchObject({
        message: expect.stringMatching(/none of those asked for works.*webgpu/),
      });
  });

  it('take a model or leave it to the next; the last says what all of them said', async () => {
    const asked: string[] = [];
    const refusing = (willing: string) => async (on: { provider: string }) => {
      asked.push(on.provider);
      if (on.provider !== willing) throw new InferenceError('bad_model', `not on ${on.provider}`);
      return on;
    };
    const running = { threads: 2, providers: ['one', 'two', 'three'] };
    expect(await onFirstThatTakesIt(running, refusing('two'))).toEqual({ threads: 2, provider: 'two' });
    expect(asked).toEqual(['one', 'two']);
    await expect(onFirstThatTakesIt(running, refusing('none'))).rejects.toMatchObject({
      code: 'bad_model',
      message: 'not on one; not on two; not on three',
    });
  });

  it('name themselves and the graph that they refuse', async () => {
    const path = `${ARITHMETIC_DIR}onnx/model.onnx`;
    await expect(openSession(path, { ...onProcessor(1), provider: 'abacus' })).rejects.toMatchObject({
      code: 'bad_model',
      message: expect.stringMatching(/model\.onnx on abacus: /),
    });
  });

  it('stand in results as what ran', async () => {
    const { engine } = await engineWithThreads({ providers: ['abacus', 'cpu'] });
    try {
      const text = await engine.generate({ model: 'arithmetic', prompt: '12*34', maxTokens: 2 });
      expect(text.runtime).toMatchObject({ name: 'onnxruntime-node', provider: 'cpu', threads: 1 });
      const inputs = { texts: ['a market'] };
      const vector = await engine.run({ task: 'embeddings', model: 'explorer-embedder', inputs });
      expect(vector.runtime).toEqual(text.runtime);
    } finally {
      await engine.close();
    }
  });

  it('share steps only where a row has the same bits in company of every size that was tried', async () => {
    const sizes: number[] = [];
    const graph = (odd: number) => async (step: { ids: readonly unknown[]; width: number }) => {
      sizes.push(step.ids.length);
      const logits = step.ids.map(() => Float32Array.of(step.ids.length === odd ? 1.5 : 1));
      const size = step.ids.length * TINY.kvHeads * step.width * TINY.headDim;
      return { logits, added: Array.from({ length: 2 * TINY.layers }, () => new Float32Array(size)) };
    };
    expect(await checkSharing(graph(0), TINY, MANY_COMPANIES)).toBeUndefined();
    expect(new Set(sizes)).toEqual(new Set([1, ...MANY_COMPANIES]));
    expect(await checkSharing(graph(17), TINY, MANY_COMPANIES)).toMatch(/other bits in company/);
  });
});
