import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InferenceError } from '../errors.js';
import { readModelJson } from '../loading/files.js';
import type { ModelFolder } from '../loading/model.js';
import { uniformAt } from '../sampling/random.js';
import { createTextTokenizer, type TextTokenizer } from '../tokens/tokenizer.js';

/** What our own models bring; others write on from the texts below. */
const OWN = 'greedy-outputs.json';
const ownSchema = z
  .array(z.looseObject({ prompt: z.string().min(1), reasoning: z.string().optional() }))
  .min(1);

const BEGINNINGS = [
  'The market for graphics cards opened this morning, and the first node to join the queue',
  'To add two numbers of many digits, begin with',
  'Once upon a time',
  'function sum(values) {',
  'The capital of France is',
  'A list of things to pack for a week at sea: rope, salt,',
  'Dear reader, what follows is an account of',
  'Water boils at',
];

const SEED = 1;
const MOST_WORDS = 16;
const ATTEMPTS = 64;

export interface Prompt {
  readonly prompt: string;
  readonly raw?: true;
  readonly reasoning?: true;
}

/**
 * So many requests to compare a text model's answers by, all of them other ones: the model's own; texts, where its tokenizer knows their
 * words; or words drawn from its vocabulary.
 */
export async function prompts(directory: string, model: ModelFolder, count: number): Promise<Prompt[]> {
  if (existsSync(join(directory, OWN))) {
    const own = await readModelJson(directory, OWN, ownSchema);
    return own
      .slice(0, count)
      .map(({ prompt, reasoning }) => ({ prompt, ...(reasoning !== undefined && { reasoning: true }) }));
  }
  const tokenizer = createTextTokenizer(model);
  return BEGINNINGS.slice(0, count).map((text, at) => ({
    prompt: isKnown(tokenizer, text) ? text : drawn(tokenizer, model, at),
    raw: true,
  }));
}

function isKnown(tokenizer: TextTokenizer, text: string): boolean {
  try {
    tokenizer.encodeRaw(text);
    return true;
  } catch (error) {
    if (error instanceof InferenceError && error.code === 'bad_request') return false;
    throw error;
  }
}

/** @throws InferenceError bad_request where no drawn words are a text that the tokenizer takes */
function drawn(tokenizer: TextTokenizer, { config, info }: ModelFolder, at: number): string {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const place = (at * ATTEMPTS + attempt) * MOST_WORDS;
    const ids = Array.from({ length: MOST_WORDS - at }, (_, word) =>
      Math.floor(config.vocabSize * uniformAt(SEED, place + word)),
    );
    const text = tokenizer.decode(ids);
    if (text !== '' && isKnown(tokenizer, text)) return text;
  }
  throw new InferenceError('bad_request', `${info.name}: no text was found that its tokenizer takes`);
}
