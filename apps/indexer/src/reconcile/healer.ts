import { ForkError } from '../pipeline/finality.js';
import type { OtherWriter } from '../pipeline/follow.js';
import { applyHealing, type HealDeps, type HealRequest } from './apply-healing.js';

/** Lets whoever finds what is wrong ask whoever writes to heal it, between two batches. */
export interface Healer {
  /** Resolves with what was done when the writer had its turn. @throws what kept it from being done */
  request(request: HealRequest, signal: AbortSignal): Promise<string>;
  /** Takes its turn, with the writer's source and store; its turns throw ForkError. */
  beside(writer: Pick<HealDeps, 'source' | 'store'>): OtherWriter;
}

interface Waiting {
  readonly request: HealRequest;
  resolve(done: string): void;
  reject(reason: unknown): void;
}

export function createHealer(deps: Pick<HealDeps, 'database' | 'network'>): Healer {
  let waiting: Waiting | undefined;

  return {
    request(request, signal) {
      return new Promise<string>((resolve, reject) => {
        const leave = (): void => {
          waiting = undefined;
          reject(signal.reason);
        };
        if (signal.aborted) return leave();
        signal.addEventListener('abort', leave, { once: true });
        const over = (): void => signal.removeEventListener('abort', leave);
        waiting = {
          request,
          resolve(done) {
            over();
            resolve(done);
          },
          reject(reason) {
            over();
            reject(reason);
          },
        };
      });
    },
    beside: (writer) => ({
      get isAsked() {
        return waiting !== undefined;
      },
      async takeTurn(signal) {
        const turn = waiting;
        if (turn === undefined) return false;
        waiting = undefined;
        try {
          turn.resolve(await applyHealing({ ...deps, ...writer }, turn.request, signal));
          return true;
        } catch (error) {
          turn.reject(error);
          if (error instanceof ForkError) throw error;
          // Whoever asked is told; what was done of it is in the tables.
          return true;
        }
      },
    }),
  };
}
