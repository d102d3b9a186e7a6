import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { InferenceEngine } from './contract.js';
import { createEngine } from './engine/engine.js';
import { joinEngines } from './engine/join.js';
import { InferenceError } from './errors.js';
import { DEFAULT_LIMITS } from './generation/schedule.js';
import { readModelsDirectory } from './loading/directory.js';
import { createTaskEngine } from './tasks/engine.js';

export type {
  BatchStats,
  Completion,
  GenerateOptions,
  GenerationResult,
  InferenceEngine,
  LogitsCommitment,
  ModelInfo,
  Precision,
  RequestLoad,
  RunOptions,
  Runtime,
  Schedule,
  Sharing,
  SpanKind,
  StatedPrecision,
  StreamedToken,
  Timing,
  TokenCounts,
  TokenLogprob,
  TokenLogprobs,
} from './contract.js';
export { askablePrecision } from './contract.js';
export { InferenceError, type InferenceErrorCode } from './errors.js';
export { type CommittedStep, readCommitment } from './generation/commitment.js';
export { type ChatMessage, type GenerationRequest, parseRequest, type ValidRequest } from './request.js';
export { openScorer, type ScoredCompletion, type Scorer } from './scoring/scorer.js';
export type {
  ModelTask,
  TaskInputs,
  TaskOutput,
  TaskRequest,
  TaskResult,
  TaskTiming,
} from './tasks/contract.js';
export { answerByLikelihood, type LikeliestAnswer } from './test-time/best-of-n.js';
export type { SamplesOptions } from './test-time/samples.js';
export { answerByVote, type VotedAnswer } from './test-time/self-consistency.js';

/** The repository's own models. */
export const DEFAULT_MODELS_DIR = fileURLToPath(new URL('../../../models/', import.meta.url));

const optionsSchema = z.strictObject({
  modelsDir: z.string().min(1).default(DEFAULT_MODELS_DIR),
  threads: z.int().min(1).max(256).default(1),
  maxQueued: z.int().min(0).max(100_000).default(64),
  maxBatch: z.int().min(1).max(1024).default(DEFAULT_LIMITS.maxRows),
  kvTokens: z.int().min(1).max(1_000_000_000).default(DEFAULT_LIMITS.kvTokens),
  prefixBytes: z.int().min(0).default(DEFAULT_LIMITS.prefixBytes),
  memoryBytes: z
    .int()
    .min(1)
    .default(2 * 1024 ** 3),
});

export type EngineOptions = z.input<typeof optionsSchema>;

/**
 * Reads the models of a folder (not yet their weights) and starts an engine for them.
 * @param options modelsDir: a folder of model folders in Hugging Face's layout; threads: per operator;
 *   maxQueued: requests that may wait besides those that run; maxBatch: requests for text that may run at one time;
 *   kvTokens: tokens for which the caches of one text model may have room;
 *   prefixBytes: what one text model may keep of the beginnings of prompts; memoryBytes: what loaded models that write text may
 *   take, and those of other tasks once more; the model used longest ago makes room for the next
 * @throws InferenceError bad_request for wrong options, bad_model for a folder that is not a valid model
 */
export async function createInferenceEngine(options: EngineOptions = {}): Promise<InferenceEngine> {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) throw new InferenceError('bad_request', z.prettifyError(parsed.error));
  const { modelsDir, threads, maxQueued, maxBatch, kvTokens, prefixBytes, memoryBytes } = parsed.data;
  const models = await readModelsDirectory(modelsDir);
  const text = createEngine({
    models: models.text,
    threads,
    maxQueued,
    limits: { ...DEFAULT_LIMITS, maxRows: maxBatch, kvTokens, prefixBytes },
    memoryBytes,
    spawn: (workerData) => new Worker(new URL('./thread/thread.js', import.meta.url), { workerData }),
  });
  const tasks = createTaskEngine({
    models: models.tasks,
    threads,
    maxQueued,
    memoryBytes,
    spawn: (workerData) => new Worker(new URL('./tasks/thread.js', import.meta.url), { workerData }),
  });
  return joinEngines(text, tasks);
}
