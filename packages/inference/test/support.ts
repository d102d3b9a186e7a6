import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { InferenceEngine } from '../src/contract.js';
import { createEngine } from '../src/engine/engine.js';
import { joinEngines } from '../src/engine/join.js';
import { type BatchLimits, DEFAULT_LIMITS } from '../src/generation/schedule.js';
import { readModelsDirectory } from '../src/loading/directory.js';
import { readModelFolder } from '../src/loading/model.js';
import { createTaskEngine } from '../src/tasks/engine.js';

/** How graphs run where a test asks for nothing else. */
export const ON_CPU = { threads: 1, providers: ['cpu'] } as const;

const MODELS_DIR = fileURLToPath(new URL('../../../models/', import.meta.url));
export const ARITHMETIC_DIR = fileURLToPath(new URL('../../../models/arithmetic/', import.meta.url));
/** Tests run the sources, but a thread needs compiled files. */
const THREAD_FILE = new URL('../dist/thread/thread.js', import.meta.url);
const TASK_THREAD_FILE = new URL('../dist/tasks/thread.js', import.meta.url);

/** A text model of the repository. */
export const modelFolder = (name: string) =>
  readModelFolder(fileURLToPath(new URL(`../../../models/${name}/`, import.meta.url)), name);
export const arithmeticFolder = () => modelFolder('arithmetic');

/** An engine whose threads the test can reach, newest last. */
export async function engineWithThreads(
  options: {
    maxQueued?: number;
    limits?: Partial<BatchLimits>;
    memoryBytes?: number;
    modelsDir?: string;
    providers?: readonly string[];
    threadFile?: URL;
    taskThreadFile?: URL;
  } = {},
): Promise<{ engine: InferenceEngine; threads: Worker[]; taskThreads: Worker[] }> {
  const threads: Worker[] = [];
  const taskThreads: Worker[] = [];
  const models = await readModelsDirectory(options.modelsDir ?? MODELS_DIR);
  const limits = {
    running: { threads: 1, providers: options.providers ?? ['cpu'] },
    maxQueued: options.maxQueued ?? 64,
    memoryBytes: options.memoryBytes ?? 1024 ** 3,
  };
  const text = createEngine({
    ...limits,
    models: models.text,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    spawn(workerData) {
      const thread = new Worker(options.threadFile ?? THREAD_FILE, { workerData });
      threads.push(thread);
      return thread;
    },
  });
  const tasks = createTaskEngine({
    ...limits,
    models: models.tasks,
    spawn(workerData) {
      const thread = new Worker(options.taskThreadFile ?? TASK_THREAD_FILE, { workerData });
      taskThreads.push(thread);
      return thread;
    },
  });
  return { engine: joinEngines(text, tasks), threads, taskThreads };
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
