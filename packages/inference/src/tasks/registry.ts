import type { z } from 'zod';
import { action } from './action.js';
import { embeddings } from './embeddings.js';
import { imageClassification } from './image-classification.js';
import { imageGeneration } from './image-generation.js';
import { textClassification } from './text-classification.js';

/** Every task but text generation, by name. */
export const TASKS = {
  embeddings,
  'text-classification': textClassification,
  'image-classification': imageClassification,
  'image-generation': imageGeneration,
  action,
} as const;

export type TaskName = keyof typeof TASKS;

export type RegistryInputs<T extends TaskName> = z.input<(typeof TASKS)[T]['inputs']>;
export type RegistryOutput<T extends TaskName> = Awaited<
  ReturnType<ReturnType<(typeof TASKS)[T]['prepare']>>
>;

export const TASK_NAMES = Object.keys(TASKS) as TaskName[];

/** The task whose models have such a class name; undefined for text generation and what nobody knows. */
export function taskOfArchitecture(architecture: string): TaskName | undefined {
  return TASK_NAMES.find((name) => TASKS[name].architecture.test(architecture));
}
