/** Two drawings begin at least this far apart, milliseconds: a busy network must not keep a browser busy. */
const REST_MS = 250;
/** And this many times as long as the last one took: where drawing is slow, server and browser have other things to do as well. */
const REST_OF_DRAWING = 2;
/** The same where rows are new: these are waited for more than what changes in those that are there. */
const REST_OF_NEW_ROWS = 1;
/** With so much drawn in the last stretch, milliseconds, changes alone wait until it is less: a few come at once, and then not all the time. */
const STRETCH_MS = 2_000;
const DRAWN_OF_STRETCH_MS = 500;

/** When a drawing began, on the page's clock, and how long it took so far or in all; milliseconds. */
export interface Drawing {
  readonly begunAt: number;
  readonly tookMs: number;
}

/**
 * When the next drawing may begin, on the same clock; at once where nothing was drawn since the page came up.
 * `drawings` are the former ones, oldest first.
 */
export function nextDrawingAt(drawings: readonly Drawing[], hasNewRows: boolean): number {
  const last = drawings.at(-1);
  if (last === undefined) return 0;
  const times = hasNewRows ? REST_OF_NEW_ROWS : REST_OF_DRAWING;
  const rested = last.begunAt + Math.max(REST_MS, times * last.tookMs);
  return hasNewRows ? rested : Math.max(rested, drawnLittleAt(drawings));
}

/** When the last stretch holds no more drawing than it may. */
function drawnLittleAt(drawings: readonly Drawing[]): number {
  let drawnMs = 0;
  for (const { begunAt, tookMs } of drawings.toReversed()) {
    drawnMs += tookMs;
    if (drawnMs > DRAWN_OF_STRETCH_MS) return begunAt + STRETCH_MS;
  }
  return 0;
}

/** Those of `drawings` that can still matter to the next. */
export const recent = (drawings: readonly Drawing[], now: number): Drawing[] =>
  drawings.filter(({ begunAt }) => now - begunAt < STRETCH_MS);
