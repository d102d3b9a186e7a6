/** The times of one job, Unix seconds; null where they have not come or the chain does not tell. */
export interface Life {
  listedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  /** Seconds after its start when it ends by itself. */
  timeout: number;
}

/** A life measured from its listing, seconds. */
export interface LifeSpans {
  wait: number;
  run: number;
  /** Until it would end by itself; 0 unless it is running. */
  remaining: number;
  /** A node took it. The chain counts whole seconds, so it may have run and `run` be 0. */
  started: boolean;
  /** It waits or runs now. */
  open: boolean;
}

/** Measures a life at `now`. Clocks that disagree never make a span negative. */
export function lifeSpans(life: Life, now: number): LifeSpans {
  const { listedAt, startedAt, endedAt, timeout } = life;
  const open = endedAt === null;
  const started = startedAt !== null;
  if (listedAt === null) return { wait: 0, run: 0, remaining: 0, started, open };
  const wait = Math.max(0, (startedAt ?? endedAt ?? now) - listedAt);
  const run = startedAt === null ? 0 : Math.max(0, (endedAt ?? now) - startedAt);
  const remaining = open && startedAt !== null ? Math.max(0, timeout - run) : 0;
  return { wait, run, remaining, started, open };
}

/** Lengths that an axis may have, seconds: people read these without counting. */
const NICE_SECONDS = [
  5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400,
] as const;

/** The smallest readable axis that holds `seconds`; beyond a day whole days. */
export function niceSeconds(seconds: number): number {
  return NICE_SECONDS.find((length) => length >= seconds) ?? Math.ceil(seconds / 86_400) * 86_400;
}

/**
 * One axis for all life lines of a table, so that lengths compare: it holds nine of ten lives.
 * The few longer ones are drawn broken off.
 */
export function sharedAxis(lives: readonly Life[], now: number): number {
  const totals = lives
    .map((life) => lifeSpans(life, now))
    .map((spans) => spans.wait + spans.run)
    .sort((a, b) => a - b);
  const typical = totals[Math.max(0, Math.ceil(totals.length * 0.9) - 1)] ?? 0;
  return niceSeconds(typical);
}

/** Positions on a line, all in percent of its length. */
export interface LifeGeometry {
  wait: { x: number; width: number };
  run: { x: number; width: number };
  remaining: { x: number; width: number };
  /** Where the life stands now or ended. */
  end: number;
  /** The life is longer than the axis. */
  broken: boolean;
}

/** A span that is there is seen: never thinner than this, percent. */
export const THINNEST = 1.5;

/** Places a life on an axis of `axis` seconds. Parts lie side by side and never leave 0 to 100. */
export function lifeGeometry(spans: LifeSpans, axis: number): LifeGeometry {
  const length = Math.max(axis, Number.EPSILON);
  const scaled = (seconds: number, thinnest: number) =>
    seconds > 0 || thinnest > 0 ? Math.max((seconds / length) * 100, thinnest) : 0;

  const waitWidth = Math.min(100, scaled(spans.wait, spans.wait > 0 || !spans.started ? THINNEST : 0));
  const runWidth = Math.min(100 - waitWidth, scaled(spans.run, spans.started ? THINNEST : 0));
  const end = waitWidth + runWidth;
  const remainingWidth = Math.min(100 - end, (spans.remaining / length) * 100);
  return {
    wait: { x: 0, width: waitWidth },
    run: { x: waitWidth, width: runWidth },
    remaining: { x: end, width: remainingWidth },
    end,
    broken: spans.wait + spans.run > length,
  };
}

/** Ticks of an axis from 0, at most six of them, on readable steps. */
export function axisTicks(axis: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];
  const step = steps.find((candidate) => axis / candidate <= 5) ?? Math.ceil(axis / 5 / 86_400) * 86_400;
  const ticks: number[] = [];
  for (let at = 0; at <= axis; at += step) ticks.push(at);
  return ticks;
}

/** An attribute value: two decimals are a tenth of a pixel on any screen. */
export const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;
