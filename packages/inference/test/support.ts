import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { InferenceEngine } from '../src/contract.js';
import { createEngine } from '../src/engine/engine.js';
import { readModelFolder, readModelsDirectory } from '../src/loading/model.js';

const MODELS_DIR = fileURLToPath(new URL('../../../models/', import.meta.url));
export const ARITHMETIC_DIR = fileURLToPath(new URL('../../../models/arithmetic/', import.meta.url));
/** Tests run the sources, but a thread needs compiled files. */
const THREAD_FILE = new URL('../dist/thread/thread.js', import.meta.url);

export const arithmeticFolder = () => readModelFolder(ARITHMETIC_DIR, 'arithmetic');

/** An engine whose threads the test can reach, newest last. */
export async function engineWithThreads(
  options: { maxQueued?: number; threadFile?: URL } = {},
): Promise<{ engine: InferenceEngine; threads: Worker[] }> {
  const threads: Worker[] = [];
  const engine = createEngine({
    models: await readModelsDirectory(MODELS_DIR),
    threads: 1,
    maxQueued: options.maxQueued ?? 64,
    spawn(workerData) {
      const thread = new Worker(options.threadFile ?? THREAD_FILE, { workerData });
      threads.push(thread);
      return thread;
    },
  });
  return { engine, threads };
}

export interface GreedyOutput {
  readonly prompt: string;
  readonly product: string;
  readonly direct: string;
  readonly reasoning: string;
}

/** Held-out problems with what the training framework's model answered, greedy. */
export function greedyOutputs(): GreedyOutput[] {
  return JSON.parse(
    readFileSync(new URL('../../../models/arithmetic/greedy-outputs.json', import.meta.url), 'utf8'),
  );
}
