import { ApiError } from './api-error.js';

/** Requests that are being answered. */
export interface Admission {
  /**
   * Lets a request in.
   * @returns to be called when it is over
   * @throws ApiError 429 where too many are in already, 503 after `close`
   */
  enter(): () => void;
  /** Lets nobody in any more; resolves when all who were have left. */
  close(why: string): Promise<void>;
  readonly inFlight: number;
}

/** @param most requests at one time */
export function createAdmission(most: number): Admission {
  let inFlight = 0;
  let closed: string | undefined;
  let onEmpty = () => {};
  return {
    get inFlight() {
      return inFlight;
    },
    enter() {
      if (closed !== undefined) {
        throw new ApiError({ status: 503, type: 'server_error', code: 'closing', message: closed });
      }
      if (inFlight >= most) {
        throw new ApiError({
          status: 429,
          type: 'rate_limit_error',
          code: 'rate_limit_exceeded',
          message: `${most} requests are being answered, the most that are at one time`,
          retryAfter: 1,
        });
      }
      inFlight += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        inFlight -= 1;
        if (inFlight === 0) onEmpty();
      };
    },
    close(why) {
      closed = why;
      return inFlight === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            onEmpty = resolve;
          });
    },
  };
}
