import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelInfo } from '../contract.js';
import { readModelJson } from '../loading/files.js';
import { readWeights, type Weights } from '../loading/weights.js';
import { TASKS, type TaskName } from './registry.js';

/** A model folder of any task but text generation, read and checked, without its weights. Can be posted to a thread. */
export interface TaskModel {
  readonly task: TaskName;
  readonly info: ModelInfo;
  /** Only for the task that read it. */
  readonly spec: unknown;
  readonly weights: readonly Weights[];
}

/** @throws InferenceError bad_model */
export async function readTaskModel(directory: string, name: string, task: TaskName): Promise<TaskModel> {
  const spec = await TASKS[task].read({
    json: (file, schema) => readModelJson(directory, file, schema),
    has: (file) => existsSync(join(directory, file)),
  });
  const weights = await readWeights(directory);
  const [{ digest, parameters, precision, sizeBytes }] = weights;
  const precisions = weights.map((one) => one.precision);
  return {
    task,
    info: { name, task, digest, parameters, precision, precisions, sizeBytes, reasoning: false },
    spec,
    weights,
  };
}
