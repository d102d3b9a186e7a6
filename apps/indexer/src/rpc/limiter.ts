import { FIRST_PACE, nextPace, PACE_BOUNDS, type Pace, type PaceBounds, type PaceEvent } from './pace.js';

/** Lets requests to one server through at its pace, first come, first served. */
export interface Limiter {
  /**
   * Waits for a turn. Whoever has one gives it back once.
   * @throws the signal's reason when aborted while waiting
   */
  acquire(signal: AbortSignal): Promise<Turn>;
  /** Nobody gets a turn before this time (milliseconds since 1970). */
  holdUntil(time: number): void;
  load(): Load;
}

/** The right to one request. */
export interface Turn {
  answered(kind: string): void;
  tooMany(retryAfterMs: number | undefined): void;
  failed(): void;
  /** Given back without having learned anything. */
  unused(): void;
}

export interface Load {
  readonly inFlight: number;
  readonly waiting: number;
  readonly pace: Pace;
  readonly heldUntil: number;
}

interface Waiter {
  start(): void;
}

/** Starts of this long are counted to know how many requests a second there were. */
const COUNTED_MS = 1_000;

export function createLimiter(bounds: PaceBounds = PACE_BOUNDS): Limiter {
  let pace: Pace = { ...FIRST_PACE, window: Math.min(bounds.maxWindow, FIRST_PACE.window) };
  let inFlight = 0;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const waiting = new Set<Waiter>();
  const starts: number[] = [];

  const perSecond = (at: number): number => {
    while ((starts[0] ?? at) < at - COUNTED_MS) starts.shift();
    return (starts.length * 1_000) / COUNTED_MS;
  };
  /** When the next request may begin. */
  const nextStart = (): number => {
    const last = starts.at(-1);
    return Math.max(heldUntil, pace.resumeAt, last === undefined ? 0 : last + 1_000 / pace.perSecond);
  };

  const dispatch = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const waiter of waiting) {
      if (inFlight >= Math.floor(pace.window)) return;
      const at = Date.now();
      const wait = nextStart() - at;
      if (wait > 0) {
        timer = setTimeout(dispatch, Math.ceil(wait));
        return;
      }
      waiting.delete(waiter);
      inFlight++;
      starts.push(at);
      perSecond(at);
      waiter.start();
    }
  };

  const createTurn = (startedAt: number): Turn => {
    let over = false;
    const end = (describe: ((at: number) => PaceEvent) | null): void => {
      if (over) return;
      over = true;
      if (describe !== null) pace = nextPace(pace, describe(Date.now()), bounds);
      inFlight--;
      dispatch();
    };
    return {
      answered: (kind) =>
        end((at) => ({ outcome: 'answered', startedAt, at, kind, pressed: waiting.size > 0 })),
      tooMany: (retryAfterMs) =>
        end((at) => ({ outcome: 'too_many', startedAt, at, perSecond: perSecond(at), retryAfterMs })),
      failed: () => end((at) => ({ outcome: 'failed', startedAt, at })),
      unused: () => end(null),
    };
  };

  return {
    async acquire(signal) {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(waiter);
          if (waiting.size === 0) clearTimeout(timer);
          reject(signal.reason);
        };
        const waiter: Waiter = {
          start() {
            signal.removeEventListener('abort', leave);
            resolve();
          },
        };
        signal.addEventListener('abort', leave);
        waiting.add(waiter);
        dispatch();
      });
      return createTurn(Date.now());
    },
    holdUntil(time) {
      heldUntil = Math.max(heldUntil, time);
    },
    load: () => ({ inFlight, waiting: waiting.size, pace, heldUntil: Math.max(heldUntil, pace.resumeAt) }),
  };
}
