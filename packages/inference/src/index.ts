import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { InferenceEngine } from './contract.js';
import { settingsSchema, startEngine } from './engine/start.js';
import { InferenceError } from './errors.js';
import { readModelsDirectory } from './loading/directory.js';

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
export { readRepository } from './hub/repository.js';
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

const optionsSchema = settingsSchema.extend({ modelsDir: z.string().min(1).default(DEFAULT_MODELS_DIR) });

export type EngineOptions = z.input<typeof optionsSchema>;

/**
 * Reads the models of a folder (not yet their weights) and starts an engine for them.
 * @param options modelsDir: a folder of model folders in Hugging Face's layout; threads: per operator;
 *   providers: execution providers of ONNX Runtime, the preferred one first, each model on the first that takes it;
 *   maxQueued: requests that may wait besides those that run; maxBatch: requests for text that may run at one time;
 *   kvTokens: tokens for which the caches of one text model may have room;
 *   prefixBytes: what one text model may keep of the beginnings of prompts; memoryBytes: what loaded models that write text may
 *   take, and those of other tasks once more; the model used longest ago makes room for the next
 * @throws InferenceError bad_request for wrong options and where no provider works, bad_model for a folder that is not a valid model
 */
export async function createInferenceEngine(options: EngineOptions = {}): Promise<InferenceEngine> {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) throw new InferenceError('bad_request', z.prettifyError(parsed.error));
  const { modelsDir, ...settings } = parsed.data;
  return startEngine(await readModelsDirectory(modelsDir), settings);
}
