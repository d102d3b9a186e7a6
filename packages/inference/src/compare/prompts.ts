import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readModelJson } from '../loading/files.js';

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

export interface Prompt {
  readonly prompt: string;
  readonly raw?: true;
  readonly reasoning?: true;
}

/** So many requests to compare a text model's answers by, all of them other ones. */
export async function prompts(directory: string, count: number): Promise<Prompt[]> {
  if (!existsSync(join(directory, OWN))) {
    return BEGINNINGS.slice(0, count).map((prompt) => ({ prompt, raw: true }));
  }
  const own = await readModelJson(directory, OWN, ownSchema);
  return own
    .slice(0, count)
    .map(({ prompt, reasoning }) => ({ prompt, ...(reasoning !== undefined && { reasoning: true }) }));
}
