/** Below this many seconds every bin is one second; above, each doubling has 32 bins. As wait_bin() of the database. */
const EXACT_SECONDS = 64;
const BINS_PER_DOUBLING = 32;

/** How long jobs waited from being listed to being started. */
export interface Waits {
  /** Jobs that it is taken over. */
  count: number;
  meanSeconds: number;
  /** Seconds that so many of a hundred did not exceed: exact below 64 s, else within 1.6 %. */
  p50: number;
  p90: number;
  p99: number;
}

/** The middle of a bin, no further than 1/64 of it from any wait that lies in it. */
export function binSeconds(bin: number): number {
  if (bin < EXACT_SECONDS) return bin;
  const doubling = Math.floor((bin - EXACT_SECONDS) / BINS_PER_DOUBLING);
  const width = 2 ** (doubling + 1);
  const place = (bin - EXACT_SECONDS) % BINS_PER_DOUBLING;
  return (BINS_PER_DOUBLING + place) * width + (width - 1) / 2;
}

/** The wait at a rank: the smallest that at least the share `quantile` of all does not exceed. */
function quantileSeconds(bins: readonly number[], counts: readonly number[], quantile: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(quantile * total));
  let passed = 0;
  for (const [index, bin] of bins.entries()) {
    passed += counts[index] ?? 0;
    if (passed >= rank) return binSeconds(bin);
  }
  return binSeconds(bins.at(-1) ?? 0);
}

/** Percentiles of a histogram with its bins in order; null where nothing was counted. */
export function waitsOf(
  bins: readonly number[],
  counts: readonly number[],
  sumSeconds: number,
): Waits | null {
  const count = counts.reduce((sum, one) => sum + one, 0);
  if (count === 0) return null;
  return {
    count,
    meanSeconds: sumSeconds / count,
    p50: quantileSeconds(bins, counts, 0.5),
    p90: quantileSeconds(bins, counts, 0.9),
    p99: quantileSeconds(bins, counts, 0.99),
  };
}
