import { fileURLToPath } from 'node:url';
import type { EngineGiven } from './engine-process.js';
import { PEERS_DIR } from './install-peers.js';
import { BENCH_SHAPE } from './llama-weights.js';
import { type PeerProcess, startPeerProcess } from './peer-process.js';
import type { Contender, RowTrace } from './trace.js';
import { FORMATS, type Format, ggufPath, MODEL_NAME, wordOf } from './write-models.js';

/** Room for the prompts and tokens of the bench, and no more: caches that are larger are slower. */
const CONTEXT_TOKENS = 512;

export const CONTENDERS = {
  ours: { name: 'this engine', start: startOurs },
  transformersjs: { name: 'transformers.js', start: startTransformersJs },
  llamacpp: { name: 'llama.cpp', start: startLlamaCpp },
} as const;
export type ContenderName = keyof typeof CONTENDERS;

/** Where `ours` is, compiled. */
const HERE = fileURLToPath(new URL('.', import.meta.url));
/** As in the worker's image: weights in huge pages, which Linux gives the main arena of the C library's memory alone. */
const HUGE_PAGES = 'glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1';

/** The engine as a node runs it, in a process of its own as the others are. */
async function startOurs(modelsDir: string, format: Format): Promise<Contender> {
  const given: EngineGiven = { modelsDir, model: MODEL_NAME, precision: FORMATS[format].precision };
  const child = await startPeerProcess(HERE, 'engine-process.js', given, { GLIBC_TUNABLES: HUGE_PAGES });
  return contender(CONTENDERS.ours.name, child, (prompts) => prompts.map((ids) => ids.map(wordOf).join(' ')));
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
  return contender(name, await startPeerProcess(PEERS_DIR, script, given));
}

/** @param sayPrompts how the engine takes prompts, where not as ids */
function contender(
  name: string,
  child: PeerProcess,
  sayPrompts: (prompts: readonly (readonly number[])[]) => unknown = (prompts) => prompts,
): Contender {
  return {
    name,
    generate: (prompts, tokens) => child.ask<RowTrace[]>({ prompts: sayPrompts(prompts), tokens }),
    close: () => child.close(),
  };
}
