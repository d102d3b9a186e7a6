/** How fast requests may go to one server. */
export interface Pace {
  /** Requests on their way at once; grows by parts of one. */
  readonly window: number;
  /** Requests begun per second; Infinity until the server says that it is too much. */
  readonly perSecond: number;
  /** The shortest time in which requests of a kind were answered, in milliseconds. */
  readonly quickest: Readonly<Record<string, number>>;
  /** When it was last slowed down. What began before tells nothing about the pace since. */
  readonly slowedAt: number;
  /** Nothing begins before this time. */
  readonly resumeAt: number;
}

export interface PaceBounds {
  readonly minWindow: number;
  readonly maxWindow: number;
  readonly minPerSecond: number;
  readonly maxPerSecond: number;
}

/** What happened to one request. Times in milliseconds. */
export type PaceEvent = {
  readonly startedAt: number;
  readonly at: number;
} & (
  | {
      readonly outcome: 'answered';
      /** Requests of one kind take about as long as each other. */
      readonly kind: string;
      /** Whether requests waited for their turn: a pace that is not used up says nothing about a higher one. */
      readonly pressed: boolean;
    }
  /** The server asks for fewer requests; `perSecond` is how many there were. */
  | { readonly outcome: 'too_many'; readonly perSecond: number; readonly retryAfterMs?: number | undefined }
  /** No answer, or none in time. */
  | { readonly outcome: 'failed' }
);

export const PACE_BOUNDS: PaceBounds = {
  minWindow: 1,
  maxWindow: 32,
  minPerSecond: 0.5,
  maxPerSecond: 1_000,
};

export const FIRST_PACE: Pace = {
  window: 4,
  perSecond: Number.POSITIVE_INFINITY,
  quickest: {},
  slowedAt: Number.NEGATIVE_INFINITY,
  resumeAt: Number.NEGATIVE_INFINITY,
};

/** Answers this many times slower than the quickest (and by this much) are taken to stand in a queue. */
const QUEUED_FACTOR = 3;
const QUEUED_MS = 50;
/**
 * Slow answers alone leave this many: a server that became busy with other things answers no sooner to one request at a time,
 * and what is asked for then waits for itself.
 */
const QUEUED_WINDOW = 8;
/** Servers count requests by the second: right after they refused one, they refuse the next ones too. */
const COUNTED_MS = 1_000;
/** Pause after a refusal that does not say how long it should be. */
const BREATH_MS = 500;
const SURELY_SLOW = 10;
/** The quickest time is forgotten this slowly, so that a longer way to the server is learned. */
const FORGET = 1.002;

/**
 * The pace after an event: one more request at once for every round in which all were answered, half as many after a
 * failure (additive increase, multiplicative decrease). Many failures of one moment count once.
 */
export function nextPace(pace: Pace, event: PaceEvent, bounds: PaceBounds = PACE_BOUNDS): Pace {
  const { window, perSecond, slowedAt } = pace;
  const isNews = event.startedAt >= slowedAt;
  if (event.outcome === 'answered') {
    const took = Math.max(0, event.at - event.startedAt);
    const known = pace.quickest[event.kind];
    const quickest = known === undefined ? took : Math.min(took, known * FORGET);
    const next = { ...pace, quickest: { ...pace.quickest, [event.kind]: quickest } };
    if (took > quickest * QUEUED_FACTOR + QUEUED_MS) {
      const fewer = Math.min(window, Math.max(QUEUED_WINDOW, window * 0.9));
      return isNews ? { ...next, window: clampWindow(fewer, bounds), slowedAt: event.at } : next;
    }
    if (!event.pressed) return next;
    return {
      ...next,
      window: clampWindow(window + 1 / window, bounds),
      // One request a second more for every second; a slow rate grows by a twentieth.
      perSecond: clampRate(perSecond + Math.min(1 / perSecond, 1 / 20), bounds),
    };
  }
  if (!isNews) return pace;
  const slower = { ...pace, window: clampWindow(window / 2, bounds), slowedAt: event.at };
  if (event.outcome === 'failed') return slower;
  return {
    ...slower,
    perSecond: clampRate(sustained(perSecond, event.perSecond) * 0.7, bounds),
    slowedAt: event.at + COUNTED_MS,
    resumeAt: event.at + (event.retryAfterMs ?? BREATH_MS),
  };
}

/**
 * The rate that was too much. A server that is asked little and refuses counts something else than requests: one
 * refusal does not make it a slow one.
 */
const sustained = (allowed: number, measured: number): number =>
  allowed === Number.POSITIVE_INFINITY
    ? Math.max(measured, SURELY_SLOW)
    : Math.min(allowed, Math.max(measured, allowed / 2));

const clampWindow = (window: number, { minWindow, maxWindow }: PaceBounds): number =>
  Math.min(maxWindow, Math.max(minWindow, window));

/** Beyond the bound nothing is held back. */
const clampRate = (rate: number, { minPerSecond, maxPerSecond }: PaceBounds): number =>
  rate > maxPerSecond ? Number.POSITIVE_INFINITY : Math.max(minPerSecond, rate);
