import { Tokenizer } from '@huggingface/tokenizers';
import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { InferenceError } from '../errors.js';
import { tokenizerSchema } from '../loading/schemas.js';
import type { Feeds, GraphShape, ModelFiles } from './task.js';

const MAX_CHARACTERS = 100_000;
const MAX_TEXTS = 1000;

const configSchema = z.looseObject({
  hidden_size: z.int().min(1).max(1_000_000),
  max_position_embeddings: z.int().min(1).max(1_000_000),
});
const tokenizerConfigSchema = z.looseObject({ model_max_length: z.number().positive().optional() });

/** What an encoder's folder says of its texts. */
export interface TextEncoderSpec {
  readonly tokenizer: z.output<typeof tokenizerSchema>;
  readonly tokenizerConfig: z.output<typeof tokenizerConfigSchema>;
  readonly maxTokens: number;
  readonly width: number;
}

export const textsSchema = z.array(z.string().min(1).max(MAX_CHARACTERS)).min(1).max(MAX_TEXTS);

/** Whether texts that are too long are cut at the end, or refused. */
export const truncateSchema = z.boolean().default(false);

export async function readTextEncoder(files: ModelFiles): Promise<TextEncoderSpec> {
  const config = await files.json('config.json', configSchema);
  const tokenizer = await files.json('tokenizer.json', tokenizerSchema);
  const tokenizerConfig = await files.json('tokenizer_config.json', tokenizerConfigSchema);
  const longest = Math.min(config.max_position_embeddings, tokenizerConfig.model_max_length ?? Infinity);
  return { tokenizer, tokenizerConfig, maxTokens: longest, width: config.hidden_size };
}

export const ENCODER_INPUTS: Pick<GraphShape, 'inputs' | 'optionalInputs'> = {
  inputs: ['input_ids'],
  optionalInputs: ['attention_mask', 'token_type_ids'],
};

export interface EncodedText {
  readonly tokens: number;
  readonly truncated: boolean;
  readonly feeds: Feeds;
}

/**
 * A text as the graph takes it, alone in its batch: no padding, so that no other text changes its numbers.
 * @throws InferenceError bad_model when the tokenizer's files are not valid
 */
export function createTextEncoder(
  spec: TextEncoderSpec,
): (text: string, path: string, truncate: boolean) => EncodedText {
  const tokenizer = build(spec);
  const encode = (text: string) => {
    try {
      return tokenizer.encode(text, { add_special_tokens: true }).ids;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InferenceError('bad_model', `tokenizer.json: it cannot be used (${reason})`);
    }
  };
  return (text, path, truncate) => {
    const ids = knownIds(encode(text), path);
    if (ids.length === 0) throw new InferenceError('bad_request', `${path}: it has no tokens`);
    const truncated = ids.length > spec.maxTokens;
    if (truncated && !truncate) {
      throw new InferenceError('too_long', `${path}: ${ids.length} tokens, at most ${spec.maxTokens} fit`);
    }
    const kept = truncated ? cut(ids, spec.maxTokens, specialIds(spec)) : ids;
    const row = (values: readonly number[]) =>
      new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    return {
      tokens: kept.length,
      truncated,
      feeds: {
        input_ids: row(kept),
        attention_mask: row(kept.map(() => 1)),
        token_type_ids: row(kept.map(() => 0)),
      },
    };
  };
}

function build({ tokenizer, tokenizerConfig }: TextEncoderSpec): Tokenizer {
  try {
    return new Tokenizer(tokenizer, tokenizerConfig);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `tokenizer files: ${reason}`);
  }
}

/** The library gives no id for what is unknown where the tokenizer has no token for that. */
function knownIds(ids: readonly (number | undefined)[], path: string): number[] {
  return ids.map((id) => {
    if (Number.isInteger(id) && id !== undefined && id >= 0) return id;
    throw new InferenceError('bad_request', `${path}: it holds text that is not in the vocabulary`);
  });
}

function specialIds({ tokenizer }: TextEncoderSpec): ReadonlySet<number> {
  return new Set(tokenizer.added_tokens.map((token) => token.id));
}

/** Cuts at the end, but keeps the closing token of templates that have one ([SEP]). */
function cut(ids: readonly number[], most: number, special: ReadonlySet<number>): number[] {
  const last = ids.at(-1);
  if (last === undefined || !special.has(last) || most < 2) return ids.slice(0, most);
  return [...ids.slice(0, most - 1), last];
}
