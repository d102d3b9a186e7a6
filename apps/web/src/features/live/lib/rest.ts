/** Two drawings begin at least this far apart, milliseconds: a busy network must not keep a browser busy. */
const REST_MS = 250;
/** And this many times as long as the last one took: a quarter of a processor at most, where drawing is slow and others wait for it. */
const REST_OF_DRAWING = 4;
/** The same where rows are new: these are waited for more than what changes in those that are there. */
const REST_OF_NEW_ROWS = 1;

/** When a drawing began, on the page's clock, and how long it took so far or in all; milliseconds. */
export interface Drawing {
  readonly begunAt: number;
  readonly tookMs: number;
}

/** When the next drawing may begin, on the same clock; at once where nothing was drawn since the page came up. */
export function nextDrawingAt(last: Drawing | null, hasNewRows: boolean): number {
  if (last === null) return 0;
  const times = hasNewRows ? REST_OF_NEW_ROWS : REST_OF_DRAWING;
  return last.begunAt + Math.max(REST_MS, times * last.tookMs);
}
