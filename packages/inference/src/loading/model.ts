import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { ModelInfo } from '../contract.js';
import { THINK_CLOSE, THINK_OPEN } from '../tokens/reasoning.js';
import { readModelJson } from './files.js';
import {
  generationConfigSchema,
  type ModelConfig,
  modelConfigSchema,
  parameterCount,
  tokenizerConfigSchema,
  tokenizerSchema,
} from './schemas.js';
import { readWeights, type Weights } from './weights.js';

/** A model folder in Hugging Face's layout, read and checked, without its weights. Can be posted to a thread. */
export interface ModelFolder {
  readonly info: ModelInfo;
  readonly config: ModelConfig;
  /** Tokens that end a generation. */
  readonly stopTokenIds: readonly number[];
  readonly tokenizer: z.output<typeof tokenizerSchema>;
  readonly tokenizerConfig: z.output<typeof tokenizerConfigSchema>;
  /** Every precision that it is there in, the most precise first. */
  readonly weights: readonly Weights[];
  /** Of the most precise weights. */
  readonly onnxPath: string;
}

/**
 * Reads a folder with config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx and, where present,
 * generation_config.json (its stop tokens win over config.json's).
 * @throws InferenceError bad_model
 */
export async function readModelFolder(directory: string, name: string): Promise<ModelFolder> {
  const config = await readModelJson(directory, 'config.json', modelConfigSchema);
  const tokenizer = await readModelJson(directory, 'tokenizer.json', tokenizerSchema);
  const tokenizerConfig = await readModelJson(directory, 'tokenizer_config.json', tokenizerConfigSchema);
  const generation = existsSync(join(directory, 'generation_config.json'))
    ? await readModelJson(directory, 'generation_config.json', generationConfigSchema)
    : {};
  const weights = await readWeights(directory);
  const [{ path: onnxPath, digest, sizeBytes, precision }] = weights;
  const special = new Set(tokenizer.added_tokens.map((token) => token.content));
  return {
    info: {
      name,
      task: 'text-generation',
      digest,
      parameters: parameterCount(config) ?? weights[0].parameters,
      precision,
      precisions: weights.map((one) => one.precision),
      contextTokens: config.contextTokens,
      sizeBytes,
      reasoning: special.has(THINK_OPEN) && special.has(THINK_CLOSE),
    },
    config,
    stopTokenIds: generation.eos_token_id ?? config.eosTokenIds ?? [],
    tokenizer,
    tokenizerConfig,
    weights,
    onnxPath,
  };
}
