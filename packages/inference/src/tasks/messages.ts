import type { Precision, Runtime } from '../contract.js';
import type { Running } from '../loading/provider.js';
import type { FailedMessage } from '../thread/failed-message.js';
import type { TaskModel } from './model.js';
import type { TaskName } from './registry.js';

/** Given to the thread at its start. */
export interface TaskThreadData {
  readonly models: ReadonlyMap<string, TaskModel>;
  readonly running: Running;
  readonly memoryBytes: number;
  readonly control: SharedArrayBuffer;
}

export interface TaskMessage {
  readonly type: 'task';
  readonly id: number;
  readonly task: TaskName;
  readonly model: string;
  readonly precision: Precision;
  /** Checked against the task's schema. */
  readonly inputs: unknown;
  readonly seed: number;
}

export type ToTaskThread = TaskMessage | { readonly type: 'close' };

/** What only the thread knows of a finished request. */
export interface ThreadOutcome {
  readonly output: unknown;
  readonly loadMs: number;
  readonly runMs: number;
  readonly steps: number;
  readonly runtime: Runtime;
}

export type FromTaskThread =
  | { readonly type: 'done'; readonly id: number; readonly outcome: ThreadOutcome }
  | FailedMessage;
