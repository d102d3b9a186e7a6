import { InferenceError, type InferenceErrorCode } from '../errors.js';

/** How a thread says that it could not do what it was asked. */
export interface FailedMessage {
  readonly type: 'failed';
  /** Of what it was asked. */
  readonly id: number;
  readonly code: InferenceErrorCode;
  readonly message: string;
}

/** @param error anything; what is no InferenceError is a fault of ours: `crashed` */
export function failedMessage(id: number, error: unknown): FailedMessage {
  const code = error instanceof InferenceError ? error.code : 'crashed';
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'failed', id, code, message };
}
