import { z } from 'zod';

import { readModelJson } from '../loading/files.js';
import type { TextTokenizer } from '../tokens/tokenizer.js';
import type { SampleText } from './compare.js';

/** Texts that a model's folder brings, or that the user names. */
const samplesSchema = z
  .array(
    z.looseObject({
      prompt: z.string().min(1),
      /** What the model is to say; `reasoning` where the file is one of this project's own. */
      text: z.string().optional(),
      reasoning: z.string().optional(),
    }),
  )
  .min(1)
  .max(10_000);

/** Tokens of one text: more are cut off, for the whole of it is run at once. */
const MAX_TOKENS = 2_048;

/**
 * Reads samples for a comparison: a JSON list of `{ prompt, text }`.
 * @throws InferenceError bad_model naming the file and what is wrong in it
 */
export async function readSamples(
  directory: string,
  file: string,
  tokenizer: TextTokenizer,
  contextTokens: number,
): Promise<SampleText[]> {
  const entries = await readModelJson(directory, file, samplesSchema);
  return entries.map(({ prompt, text, reasoning }) => {
    const promptIds = tokenizer.encodePrompt(prompt, text === undefined && reasoning !== undefined);
    const ids = [...promptIds, ...tokenizer.encode(text ?? reasoning ?? '')];
    return {
      ids: ids.slice(0, Math.min(MAX_TOKENS, contextTokens)),
      promptTokens: promptIds.length,
    };
  });
}
