import { InferenceError } from '@inferscan/inference';

/** What went wrong, in OpenAI's words. */
export type ApiErrorType = 'invalid_request_error' | 'permission_error' | 'rate_limit_error' | 'server_error';

export interface ApiErrorFacts {
  status: number;
  type: ApiErrorType;
  /** What a program can tell errors apart by. */
  code: string;
  message: string;
  /** The parameter at fault, as a path into the request; null where none is. */
  param?: string | null;
  /** Seconds after which trying again may help. */
  retryAfter?: number;
}

/** A request that is refused or that failed; all of it is shown to the client. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: ApiErrorType;
  readonly code: string;
  readonly param: string | null;
  readonly retryAfter: number | undefined;

  constructor({ status, type, code, message, param = null, retryAfter }: ApiErrorFacts) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
  }

  /** The body that OpenAI's clients read. */
  toJSON(): { error: { message: string; type: ApiErrorType; param: string | null; code: string } } {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

/** A request that asks for something wrong. */
export function badParameter(param: string | null, code: string, message: string): ApiError {
  return new ApiError({ status: 400, type: 'invalid_request_error', code, message, param });
}

/** The engine's names of fields, or paths to them, and what clients call them; the longest that fits counts. */
export type ParameterNames = Readonly<Record<string, string>>;

/**
 * Says what the engine said, in the words of the request. What is no error of the engine is shown as an internal one, without
 * its text.
 */
export function apiErrorOf(error: unknown, names: ParameterNames): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof InferenceError)) {
    return new ApiError({
      status: 500,
      type: 'server_error',
      code: 'internal_error',
      message: 'the server failed',
    });
  }
  const { message, param } = translate(error.message, names);
  switch (error.code) {
    case 'bad_request':
      return badParameter(param, 'invalid_value', message);
    case 'too_long':
      return badParameter(param, 'context_length_exceeded', message);
    case 'unknown_model':
      return modelNotFound(message, param ?? 'model');
    case 'overloaded':
      return new ApiError({
        status: 429,
        type: 'rate_limit_error',
        code: 'rate_limit_exceeded',
        message,
        retryAfter: 1,
      });
    case 'timeout':
      return new ApiError({ status: 504, type: 'server_error', code: 'timeout', message });
    case 'cancelled':
      return new ApiError({ status: 503, type: 'server_error', code: 'cancelled', message });
    case 'out_of_memory':
      return new ApiError({
        status: 503,
        type: 'server_error',
        code: 'out_of_memory',
        message,
        retryAfter: 5,
      });
    case 'crashed':
    case 'bad_model':
      return new ApiError({ status: 500, type: 'server_error', code: error.code, message });
  }
}

/** The error for a model that is not served. */
export function modelNotFound(message: string, param = 'model'): ApiError {
  return new ApiError({
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message,
    param,
  });
}

/** The engine says `field.inner: what is wrong`. */
function translate(message: string, names: ParameterNames): { message: string; param: string | null } {
  const [, path = '', rest = ''] = /^([a-zA-Z]+(?:\.[^\s:]+)*): (.*)$/s.exec(message) ?? [];
  const keys = path.split('.');
  for (let known = keys.length; known > 0; known--) {
    const field = keys.slice(0, known).join('.');
    const name = Object.hasOwn(names, field) ? names[field] : undefined;
    if (name === undefined) continue;
    const param = name + pathText(keys.slice(known));
    return { message: `${param}: ${rest}`, param };
  }
  return { message, param: null };
}

/** Spells a path below a name the way OpenAI does: `messages[0].content`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((key) => (/^\d+$/.test(String(key)) ? `[${String(key)}]` : `.${String(key)}`)).join('');
}
