export type ContentErrorCode =
  | 'not_found'
  | 'too_large'
  | 'timeout'
  | 'digest_mismatch'
  | 'not_json'
  | 'unreachable'
  | 'refused';

/** Content could not be fetched or pinned. `retryable`: the same call may succeed later. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
  constructor(
    readonly code: ContentErrorCode,
    message: string,
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
