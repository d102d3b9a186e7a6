export interface ProgressState {
  /** What is done and what there is to do, in any unit; null where the end is not known. */
  readonly done: number;
  readonly of: number | null;
  /** Figures to show beside it. */
  readonly text: string;
}

/** Shows how far a command is. */
export interface ProgressView {
  update(state: ProgressState): void;
  /** The last word. */
  end(text: string): void;
}

export interface ProgressOptions {
  readonly label: string;
  /** Where a bar is drawn if it is a terminal. */
  readonly terminal: NodeJS.WriteStream;
  /** Where lines go otherwise. */
  readonly lines: NodeJS.WritableStream;
  readonly now?: () => number;
}

const DRAW_MS = 100;
const LINE_MS = 5_000;
const BAR_WIDTH = 24;
/** Remaining time follows from the pace of so long. */
const PACE_MS = 30_000;

/** A bar that is drawn again in a terminal; elsewhere a plain line every 5 seconds. */
export function createProgress({ label, terminal, lines, now = Date.now }: ProgressOptions): ProgressView {
  const pace = createPace(PACE_MS);
  const isTerminal = terminal.isTTY === true;
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    update({ done, of, text }) {
      const at = now();
      pace.add(at, done);
      if (at - shownAt < (isTerminal ? DRAW_MS : LINE_MS)) return;
      shownAt = at;
      const share = of === null || of <= 0 ? null : Math.min(1, done / of);
      const left = of === null ? null : remaining(of - done, pace.perSecond());
      const words = [
        share === null ? null : `${(share * 100).toFixed(1)} %`,
        text,
        left === null ? null : `${duration(left)} left`,
      ].filter((word) => word !== null && word !== '');
      if (!isTerminal) lines.write(`${label}: ${words.join(', ')}\n`);
      else
        terminal.write(
          `\r${fitted(`${label} ${barOf(share)} ${words.join('  ')}`, terminal.columns)}\u001b[K`,
        );
    },
    end(text) {
      if (isTerminal) terminal.write('\r\u001b[K');
      lines.write(`${label}: ${text}\n`);
    },
  };
}

function barOf(share: number | null): string {
  const full = Math.round((share ?? 0) * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}]`;
}

const fitted = (text: string, columns = 80): string => text.slice(0, Math.max(1, columns - 1));

const remaining = (left: number, perSecond: number | null): number | null =>
  perSecond === null || perSecond <= 0 ? null : Math.max(0, left) / perSecond;

/** 75 → "1 m 15 s". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} m`;
  return minutes > 0 ? `${minutes} m ${whole % 60} s` : `${whole} s`;
}

export interface Pace {
  /** Milliseconds, and a count that only grows. */
  add(at: number, count: number): void;
  /** Over the last while; null before two points are known. */
  perSecond(): number | null;
}

/** How fast a count grew over the last `windowMs`. */
export function createPace(windowMs: number): Pace {
  const points: { readonly at: number; readonly count: number }[] = [];
  return {
    add(at, count) {
      const last = points.at(-1);
      // A point a second is enough.
      if (last !== undefined && at - last.at < windowMs / 100 && points.length > 1) points.pop();
      points.push({ at, count });
      while (points.length > 2 && at - (points[1]?.at ?? at) > windowMs) points.shift();
    },
    perSecond() {
      const [first, last] = [points.at(0), points.at(-1)];
      if (first === undefined || last === undefined || last.at <= first.at) return null;
      return ((last.count - first.count) * 1_000) / (last.at - first.at);
    },
  };
}

/** 1234567 → "1,234,567". */
export const grouped = (count: number): string => Math.round(count).toLocaleString('en-US');
