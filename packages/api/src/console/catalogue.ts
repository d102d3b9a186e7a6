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
  /** How it writes out its reasoning before the answer, for people who read it; null where it cannot. */
  reasoning: string | null;
  /** Completion tokens that a prompt needs at most, without and with reasoning. */
  maxTokens: { direct: number; reasoning: number };
  /** Right answers on problems the model never saw in training, by digits of the two factors ("3x2"). */
  heldOut: { size: string; problems: number; direct: number; reasoning: number }[];
}

/** Models to choose from in the console. */
export const CATALOGUE: readonly CatalogueModel[] = [
  {
    name: 'arithmetic',
    title: 'Arithmetic',
    task: 'text-generation',
    summary:
      'A language model of 447 thousand parameters, trained for this project, that multiplies whole numbers.',
    prompt: { format: 'digits*digits', example: '384*57', maxDigits: [3, 2] },
    reasoning:
      'A column calculation with every number written backwards, so that carries flow in the direction of writing.',
    maxTokens: { direct: 8, reasoning: 40 },
    heldOut: [
      { size: '1x1', problems: 4, direct: 4, reasoning: 4 },
      { size: '2x1', problems: 48, direct: 46, reasoning: 48 },
      { size: '1x2', problems: 48, direct: 46, reasoning: 48 },
      { size: '2x2', problems: 393, direct: 120, reasoning: 393 },
      { size: '3x1', problems: 448, direct: 388, reasoning: 446 },
      { size: '1x3', problems: 448, direct: 403, reasoning: 445 },
      { size: '3x2', problems: 1000, direct: 94, reasoning: 989 },
      { size: '2x3', problems: 1000, direct: 129, reasoning: 988 },
    ],
  },
];
