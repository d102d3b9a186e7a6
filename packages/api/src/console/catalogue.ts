import type { InferenceTask } from '@inferscan/formats';

/** A model that this project ships and every reference worker can run. */
export interface CatalogueModel {
  /** Name as a definition states it. */
  name: string;
  title: string;
  task: InferenceTask;
  /** One sentence: what it does. */
  summary: string;
  prompt: {
    /** How a prompt is written. */
    format: string;
    example: string;
    /** Decimal digits of the two factors: the longer and the shorter one's most. */
    maxDigits: [number, number];
  };
  /** Whether it can write out its reasoning before the answer. */
  reasoning: boolean;
  /** Completion tokens that a prompt needs at most, without and with reasoning. */
  maxTokens: { direct: number; reasoning: number };
}

/** Models to choose from in the console. */
export const CATALOGUE: readonly CatalogueModel[] = [
  {
    name: 'arithmetic',
    title: 'Arithmetic',
    task: 'text-generation',
    summary: 'A small language model, trained for this project, that multiplies whole numbers.',
    prompt: { format: 'digits*digits', example: '384*57', maxDigits: [3, 2] },
    reasoning: true,
    maxTokens: { direct: 16, reasoning: 192 },
  },
];
