/** Two drawings begin at least this far apart, milliseconds: a busy network must not keep a browser busy. */
const REST_MS = 250;
/** And this many times as long as the last one took: where drawing is slow, server and browser have other things to do as well. */
const REST_OF_DRAWING = 2;

/** When a drawing began, on the page's clock, and how long it took so far or in all; milliseconds. */
export interface Drawing {
  readonly begunAt: number;
  readonly tookMs: number;
}

/** When the next drawing may begin, on the same clock; at once where nothing was drawn since the page came up. */
export const nextDrawingAt = (last: Drawing | null): number =>
  last === null ? 0 : last.begunAt + Math.max(REST_MS, REST_OF_DRAWING * last.tookMs);
