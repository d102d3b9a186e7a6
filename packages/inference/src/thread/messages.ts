import type { Runtime, Schedule, Sharing, StreamedToken } from '../contract.js';
import type { BatchCounts } from '../generation/batch.js';
import type { Generation } from '../generation/generation.js';
import type { BatchLimits } from '../generation/schedule.js';
import type { ModelFolder } from '../loading/model.js';
import type { Running } from '../loading/provider.js';
import type { ServiceTiming } from '../metering/meter.js';
import type { ValidRequest } from '../request.js';
import type { FailedMessage } from './failed-message.js';

/** Given to the thread at its start. */
export interface ThreadData {
  readonly models: ReadonlyMap<string, ModelFolder>;
  readonly running: Running;
  readonly limits: BatchLimits;
  /** What loaded models may take. */
  readonly memoryBytes: number;
  readonly control: SharedArrayBuffer;
}

export interface GenerateMessage {
  readonly type: 'generate';
  readonly id: number;
  readonly request: ValidRequest;
  readonly stream: boolean;
}

export type ToThread =
  | GenerateMessage
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

/** A finished generation, without what only the main thread knows: queueing and total time. */
export interface ThreadResult extends Generation {
  readonly timing: ServiceTiming;
  readonly runtime: Runtime;
  readonly schedule: Omit<Schedule, 'draftModel'>;
  readonly sharing: Sharing;
}

export type FromThread =
  | { readonly type: 'token'; readonly id: number; readonly token: StreamedToken }
  | {
      readonly type: 'done';
      readonly id: number;
      readonly result: ThreadResult;
      readonly model: string;
      /** What the model's batch has done so far. */
      readonly counts: BatchCounts;
    }
  | FailedMessage;
