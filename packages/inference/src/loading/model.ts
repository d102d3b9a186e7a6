import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { ModelInfo } from '../contract.js';
import { InferenceError } from '../errors.js';
import { THINK_CLOSE, THINK_OPEN } from '../tokens/reasoning.js';
import { digestFile, readModelJson } from './files.js';
import {
  generationConfigSchema,
  type ModelConfig,
  modelConfigSchema,
  modelTypeSchema,
  parameterCount,
  tokenizerConfigSchema,
  tokenizerSchema,
} from './schemas.js';

/** A model folder in Hugging Face's layout, read and checked, without its weights. Can be posted to a thread. */
export interface ModelFolder {
  readonly info: ModelInfo;
  readonly config: ModelConfig;
  /** Tokens that end a generation. */
  readonly stopTokenIds: readonly number[];
  readonly tokenizer: z.output<typeof tokenizerSchema>;
  readonly tokenizerConfig: z.output<typeof tokenizerConfigSchema>;
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
  const onnxPath = join(directory, 'onnx', 'model.onnx');
  const { digest, sizeBytes } = await digestFile(onnxPath);
  const special = new Set(tokenizer.added_tokens.map((token) => token.content));
  return {
    info: {
      name,
      digest,
      parameters: parameterCount(config),
      precision: 'fp32',
      contextTokens: config.contextTokens,
      sizeBytes,
      reasoning: special.has(THINK_OPEN) && special.has(THINK_CLOSE),
    },
    config,
    stopTokenIds: generation.eos_token_id ?? config.eosTokenIds ?? [],
    tokenizer,
    tokenizerConfig,
    onnxPath,
  };
}

/** Models of this project that classify or make images: not for text generation, which is all that is served so far. */
const IMAGE_MODEL_TYPES: ReadonlySet<string> = new Set(['inferscan_shapes', 'inferscan_shape_painter']);

/**
 * Every text model below a folder: its subfolders that hold a config.json, by name.
 * @throws InferenceError bad_model when the folder cannot be listed or one of the models is not valid
 */
export async function readModelsDirectory(modelsDir: string): Promise<Map<string, ModelFolder>> {
  let names: string[];
  try {
    names = (await readdir(modelsDir)).sort();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `models folder ${modelsDir} cannot be listed (${reason})`);
  }
  const models = new Map<string, ModelFolder>();
  for (const name of names) {
    const directory = join(modelsDir, name);
    if (!existsSync(join(directory, 'config.json'))) continue;
    const { model_type } = await readModelJson(directory, 'config.json', modelTypeSchema);
    if (!IMAGE_MODEL_TYPES.has(model_type)) models.set(name, await readModelFolder(directory, name));
  }
  return models;
}
