import { createInferenceEngine } from '@inferscan/inference';
import { processorMs } from '../processor-time.js';
import { PEERS_DIR } from './install-peers.js';
import { BENCH_SHAPE } from './llama-weights.js';
import { startPeerProcess } from './peer-process.js';
import type { Contender, RowTrace } from './trace.js';
import { FORMATS, type Format, ggufPath, MODEL_NAME, wordOf } from './write-models.js';

/** Room for the prompts and tokens of the bench, and no more: caches that are larger are slower. */
const CONTEXT_TOKENS = 512;
const MEMORY_BYTES = 8 * 1024 ** 3;

export const CONTENDERS = {
  ours: { name: 'this engine', start: startOurs },
  transformersjs: { name: 'transformers.js', start: startTransformersJs },
  llamacpp: { name: 'llama.cpp', start: startLlamaCpp },
} as const;
export type ContenderName = keyof typeof CONTENDERS;

/** The engine as a node runs it, without beginnings of prompts that it would otherwise keep between runs. */
async function startOurs(modelsDir: string, format: Format): Promise<Contender> {
  const engine = await createInferenceEngine({ modelsDir, prefixBytes: 0, memoryBytes: MEMORY_BYTES });
  const { precision } = FORMATS[format];

  async function row(
    prompt: readonly number[],
    tokens: number,
    together: boolean,
    start: number,
  ): Promise<RowTrace> {
    const [times, processorTimes]: [number[], number[]] = [[], []];
    const { tokenIds } = await engine.generate(
      { model: MODEL_NAME, prompt: prompt.map(wordOf).join(' '), maxTokens: tokens, precision, together },
      {
        onToken() {
          times.push(performance.now() - start);
          processorTimes.push(processorMs());
        },
      },
    );
    return { ids: tokenIds, times, processorTimes };
  }

  return {
    name: CONTENDERS.ours.name,
    generate(prompts, tokens) {
      const start = performance.now();
      return Promise.all(prompts.map((prompt) => row(prompt, tokens, prompts.length > 1, start)));
    },
    close: () => engine.close(),
  };
}

async function startTransformersJs(modelsDir: string, format: Format): Promise<Contender> {
  const { dtype } = FORMATS[format];
  const given = { modelsDir, model: MODEL_NAME, dtype };
  return peer(CONTENDERS.transformersjs.name, 'transformers-js.mjs', given);
}

async function startLlamaCpp(modelsDir: string, format: Format): Promise<Contender> {
  const path = ggufPath(modelsDir, FORMATS[format].gguf);
  const given = {
    path,
    contextTokens: Math.min(CONTEXT_TOKENS, BENCH_SHAPE.context),
    batchTokens: CONTEXT_TOKENS,
  };
  return peer(CONTENDERS.llamacpp.name, 'llama-cpp.mjs', given);
}

async function peer(name: string, script: string, given: object): Promise<Contender> {
  const child = await startPeerProcess(PEERS_DIR, script, given);
  return {
    name,
    generate: (prompts, tokens) => child.ask<RowTrace[]>({ prompts, tokens }),
    close: () => child.close(),
  };
}
