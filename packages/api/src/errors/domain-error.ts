/** What kind of refusal an error is; decides the status a client sees. */
export type DomainErrorCode = 'invalid' | 'not_found' | 'rate_limited' | 'too_large' | 'unavailable' | 'slow';

/** A refusal whose text is written for the person who asked: what was wrong, where, and what is valid. */
export class DomainError extends Error {
  readonly code: DomainErrorCode;

  constructor(code: DomainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DomainError';
    this.code = code;
  }
}
