import type { ValidRequest } from '../request.js';
import type { FailedMessage } from '../thread/failed-message.js';

/** What of a request becomes tokens. */
export type Prompt = Pick<ValidRequest, 'prompt' | 'messages' | 'raw' | 'reasoning' | 'prediction'>;

export type ToEncodeThread =
  /** Once for each model, before its first prompt. `files`: see shared-json.ts. */
  | { readonly type: 'model'; readonly model: string; readonly files: SharedArrayBuffer }
  | { readonly type: 'encode'; readonly id: number; readonly model: string; readonly prompt: Prompt };

export type FromEncodeThread =
  | {
      readonly type: 'encoded';
      readonly id: number;
      readonly promptIds: Int32Array;
      readonly predictionIds: Int32Array;
    }
  | FailedMessage;
