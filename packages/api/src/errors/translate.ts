import { TRPCError } from '@trpc/server';
import { DomainError, type DomainErrorCode } from './domain-error.js';

const CODES: Record<DomainErrorCode, TRPCError['code']> = {
  invalid: 'BAD_REQUEST',
  not_found: 'NOT_FOUND',
  rate_limited: 'TOO_MANY_REQUESTS',
  too_large: 'PAYLOAD_TOO_LARGE',
  unavailable: 'SERVICE_UNAVAILABLE',
  slow: 'TIMEOUT',
};

/** Postgres: canceling statement due to statement timeout. */
const QUERY_CANCELED = '57014';

/** Turns what a procedure threw into what tRPC answers; anything not foreseen becomes a 500 that keeps its cause for the log only. */
export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError) {
    // tRPC wraps what a procedure throws as an internal error around its cause.
    const wrapped = error.code === 'INTERNAL_SERVER_ERROR' && error.cause !== undefined;
    return wrapped ? toTrpcError(error.cause) : error;
  }
  if (error instanceof DomainError) {
    return new TRPCError({ code: CODES[error.code], message: error.message, cause: error });
  }
  if (isPostgresError(error) && error.code === QUERY_CANCELED) {
    return new TRPCError({ code: 'TIMEOUT', message: 'The question took too long to answer.', cause: error });
  }
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
}

function isPostgresError(error: unknown): error is { code: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}
