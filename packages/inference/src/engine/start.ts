import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { InferenceEngine } from '../contract.js';
import { DEFAULT_LIMITS } from '../generation/schedule.js';
import type { Models } from '../loading/directory.js';
import { workingProviders } from '../loading/provider.js';
import { createTaskEngine } from '../tasks/engine.js';
import { createEngine } from './engine.js';
import { joinEngines } from './join.js';

const MOST_PROVIDERS = 8;

/** All that an engine can be told besides its models. */
export const settingsSchema = z.strictObject({
  threads: z.int().min(1).max(256).default(1),
  providers: z.array(z.string().min(1)).min(1).max(MOST_PROVIDERS).default(['cpu']),
  maxQueued: z.int().min(0).max(100_000).default(64),
  maxBatch: z.int().min(1).max(1024).default(DEFAULT_LIMITS.maxRows),
  kvTokens: z.int().min(1).max(1_000_000_000).default(DEFAULT_LIMITS.kvTokens),
  prefixBytes: z.int().min(0).default(DEFAULT_LIMITS.prefixBytes),
  memoryBytes: z
    .int()
    .min(1)
    .default(2 * 1024 ** 3),
});

/** @throws InferenceError bad_request where none of the providers works */
export async function startEngine(
  models: Models,
  settings: z.output<typeof settingsSchema>,
): Promise<InferenceEngine> {
  const { threads, maxQueued, maxBatch, kvTokens, prefixBytes, memoryBytes } = settings;
  const running = { threads, providers: await workingProviders(settings.providers) };
  const text = createEngine({
    models: models.text,
    running,
    maxQueued,
    limits: { ...DEFAULT_LIMITS, maxRows: maxBatch, kvTokens, prefixBytes },
    memoryBytes,
    spawn: (workerData) => new Worker(new URL('../thread/thread.js', import.meta.url), { workerData }),
  });
  const tasks = createTaskEngine({
    models: models.tasks,
    running,
    maxQueued,
    memoryBytes,
    spawn: (workerData) => new Worker(new URL('../tasks/thread.js', import.meta.url), { workerData }),
  });
  return joinEngines(text, tasks);
}
