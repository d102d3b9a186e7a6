import type { GenerationResult, ModelInfo, Precision, Runtime, Timing } from '../contract.js';
import type { GenerationRequest } from '../request.js';
import type { RegistryInputs, RegistryOutput, TaskName } from './registry.js';

/** Every task that a model can be for. */
export type ModelTask = TaskName | 'text-generation';

export type TaskInputs<T extends ModelTask> = T extends TaskName
  ? RegistryInputs<T>
  : Omit<GenerationRequest, 'model' | 'seed' | 'precision' | 'timeoutMs'>;

export type TaskOutput<T extends ModelTask> = T extends TaskName
  ? RegistryOutput<T>
  : Omit<GenerationResult, 'model' | 'runtime' | 'timing' | 'seed'>;

export interface TaskRequest<T extends ModelTask> {
  readonly task: T;
  readonly model: string;
  readonly inputs: TaskInputs<T>;
  readonly seed?: number | undefined;
  /** The most precise that the model has, where it is left out. */
  readonly precision?: Precision | undefined;
  /** From submission to result, waiting included; a minute where it is left out. */
  readonly timeoutMs?: number | undefined;
}

/** Milliseconds, as in a generation's timing; `runMs` is from the loaded model to the output. */
export interface TaskTiming extends Pick<Timing, 'queueMs' | 'loadMs' | 'totalMs'> {
  readonly runMs: number;
}

export interface TaskResult<T extends ModelTask> {
  readonly task: T;
  readonly output: TaskOutput<T>;
  /** What ran: the digest is that of the precision that was used. */
  readonly model: Pick<ModelInfo, 'name' | 'digest' | 'parameters' | 'precision'>;
  readonly runtime: Runtime;
  readonly seed: number;
  /** Runs of the graph; of text generation, tokens that it wrote. */
  readonly steps: number;
  readonly timing: TaskTiming;
}
