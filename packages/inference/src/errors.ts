export type InferenceErrorCode =
  | 'unknown_model'
  | 'bad_model'
  | 'bad_request'
  | 'too_long'
  | 'cancelled'
  | 'timeout'
  | 'out_of_memory'
  | 'overloaded'
  | 'crashed';

/** Why a request (or, for `bad_model`, a model folder) was refused or failed; the message says what is valid. */
export class InferenceError extends Error {
  override readonly name = 'InferenceError';

  constructor(
    readonly code: InferenceErrorCode,
    message: string,
  ) {
    super(message);
  }
}
