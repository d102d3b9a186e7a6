import type { RpcErrorCode } from './errors.js';

/** What is known about one endpoint from the requests that it was sent. Times in milliseconds. */
export interface EndpointHealth {
  /** Smoothed time that an answer takes; null before the first. */
  readonly latencyMs: number | null;
  /** Smoothed share of requests that failed, 0 to 1. */
  readonly errorRate: number;
  /** Failures since the last answer. */
  readonly failures: number;
  /** Slots that it was behind the furthest endpoint when all were asked at once. */
  readonly lagSlots: number;
  /** Others are preferred until then. */
  readonly restsUntil: number;
}

export const UNKNOWN_HEALTH: EndpointHealth = {
  latencyMs: null,
  errorRate: 0,
  failures: 0,
  lagSlots: 0,
  restsUntil: Number.NEGATIVE_INFINITY,
};

const SMOOTHING = 0.2;
const FIRST_REST_MS = 500;
const MAX_REST_MS = 30_000;
/** Wrong keys are not repaired by the minute, but they are repaired. */
const REFUSED_REST_MS = 60_000;

export function afterAnswer(health: EndpointHealth, tookMs: number): EndpointHealth {
  const { latencyMs } = health;
  return {
    ...health,
    latencyMs: latencyMs === null ? tookMs : latencyMs + (tookMs - latencyMs) * SMOOTHING,
    errorRate: health.errorRate * (1 - SMOOTHING),
    failures: 0,
    restsUntil: Number.NEGATIVE_INFINITY,
  };
}

/** After a failed request that took `tookMs`; every one in a row makes it rest twice as long. */
export function afterFailure(
  health: EndpointHealth,
  { code, now, tookMs }: { readonly code: RpcErrorCode; readonly now: number; readonly tookMs: number },
): EndpointHealth {
  const { failures, latencyMs } = health;
  const rest =
    code === 'refused' ? REFUSED_REST_MS : Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** Math.min(failures, 20));
  return {
    ...health,
    // Time limits follow the latency: one that was too short must grow.
    latencyMs:
      latencyMs !== null && tookMs > latencyMs ? latencyMs + (tookMs - latencyMs) * SMOOTHING : latencyMs,
    errorRate: health.errorRate + (1 - health.errorRate) * SMOOTHING,
    failures: failures + 1,
    restsUntil: Math.max(health.restsUntil, now + rest),
  };
}

/** How far each endpoint is behind the furthest, from slots that were asked at once; null: it gave none. */
export function lagsOf(slots: readonly (bigint | null)[]): (number | null)[] {
  const furthest = slots.reduce<bigint>((most, slot) => (slot !== null && slot > most ? slot : most), 0n);
  return slots.map((slot) => (slot === null ? null : Number(furthest - slot)));
}

/** An endpoint as a choice sees it. */
export interface Candidate {
  readonly health: EndpointHealth;
  /** Requests on their way and waiting, in relation to how many may be on their way; below 1 there is room. */
  readonly pressure: number;
  /** It asked not to be called before this time. */
  readonly heldUntil: number;
}

/** Latency that an endpoint is believed to have before it answered: comparisons will tell, requests need not. */
const EXPECTED_MS = 1_000;
/** Added to every latency: of two quick endpoints, neither is worth a change. */
const FLOOR_MS = 50;
/** Slots move while they are asked for. */
const TOLERATED_LAG = 2;
const SLOT_MS = 400;
/** A node as far behind as this (a minute on a public cluster) is asked only when no other is left. */
const MAX_LAG = 150;
/** How much worse than another the preferred one may become before it is left: each change costs connections. */
const LOYALTY = 0.75;

/** What a request to this endpoint costs, about in milliseconds; the least is best. */
function costOf({ health, pressure }: Candidate): number {
  const { latencyMs, errorRate, lagSlots } = health;
  const answer = ((latencyMs ?? EXPECTED_MS) + FLOOR_MS) * (1 + 9 * errorRate) * Math.max(1, pressure);
  return answer + Math.max(0, lagSlots - TOLERATED_LAG) * SLOT_MS;
}

/** Indexes of candidates, the best first: sound ones, then resting and lagging ones, then those that asked to wait. */
export function rank(candidates: readonly Candidate[], now: number, preferred: number | null): number[] {
  const group = ({ health, heldUntil }: Candidate): number => {
    if (heldUntil > now) return 2;
    return health.restsUntil > now || health.lagSlots > MAX_LAG ? 1 : 0;
  };
  const keyed = candidates.map((candidate, index) => {
    const grouped = group(candidate);
    const cost = costOf(candidate) * (index === preferred ? LOYALTY : 1);
    return { index, grouped, cost: grouped === 2 ? candidate.heldUntil : cost };
  });
  return keyed
    .sort((left, right) => left.grouped - right.grouped || left.cost - right.cost || left.index - right.index)
    .map(({ index }) => index);
}

const MIN_DEADLINE_MS = 4_000;

/** How long to wait for an endpoint while another could be asked instead. */
export const deadlineMs = ({ latencyMs }: EndpointHealth, longestMs: number): number =>
  Math.min(longestMs, Math.max(MIN_DEADLINE_MS, (latencyMs ?? 0) * 10));
