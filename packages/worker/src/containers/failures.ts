import type { JobFailure } from '../result/failure.js';

/** What an engine says may be long. */
const MAX_MESSAGE = 2_000;

type Event = 'image-pull-error' | 'container-runtime-error' | 'resource-error';

/** Something about an op that keeps its container from running; the job is at fault. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
}

/** Something that this node does not do, or not for this job. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

/** Something that a job names could not be got ready; said in words that anybody may read. */
export class ResourceFailed extends Error {
  override readonly name = 'ResourceFailed';

  /** @param status with which its source answered; by 401, 403 and 404 readers know that the host was not at fault */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/** Whether an error says in words of this node's own what is wrong. */
export const isOwnWord = (error: unknown): boolean =>
  error instanceof RequestRefused || error instanceof NotOffered || error instanceof ResourceFailed;

/** An answer of the engine by which it refuses or fails. */
interface EngineError extends Error {
  statusCode?: number;
  json?: { message?: string };
}

/** Of an engine that is gone, or hangs. */
export const NO_ANSWER: JobFailure = {
  event: 'container-runtime-error',
  message: 'the container engine of this node does not answer',
};

/** The status of an engine's refusal; undefined where it gave no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error ? (error as EngineError).statusCode : undefined;
}

/** Why an op failed, by what it was at. */
export function failureOf(error: unknown, event: Event): JobFailure {
  if (error instanceof RequestRefused) return { event: 'validation-error', message: error.message };
  if (error instanceof NotOffered) return { event: 'unsupported-operation', message: error.message };
  if (error instanceof ResourceFailed) {
    const { status } = error;
    const message = inPublic(error.message);
    return { event: 'resource-error', message, ...(status !== undefined && { code: status }) };
  }
  const code = statusOf(error);
  const { json, message } =
    error instanceof Error ? (error as EngineError) : { json: null, message: String(error) };
  if (code === undefined) {
    // The words of a refused connection would be taken for those of a container that does not start.
    return NO_ANSWER;
  }
  return {
    event,
    code,
    message: inPublic(json?.message ?? message) || `the container engine says ${code} and no more`,
  };
}

/** Results are public: what the engine says is said without the addresses of the operator's own network. */
function inPublic(message: string): string {
  return message
    .replace(/^\(HTTP code \d+\) [a-z ]+ - /, '')
    .replace(
      /\b(?:10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)(?:\.\d{1,3}){2,3}(?::\d+)?/g,
      '(address)',
    )
    .trim()
    .slice(0, MAX_MESSAGE);
}
