import { z } from 'zod';

import type { RouterDeps } from '../deps.js';
import { big, int, type Numeric } from '../read/columns.js';
import { procedure, router } from '../trpc.js';

const MAX_POINTS = 1_500;
const SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const;
const Moment = z.int().min(0).max(253_402_300_799);

const Span = z
  .strictObject({ granularity: z.enum(['minute', 'hour', 'day']), from: Moment, to: Moment })
  .refine(({ from, to }) => from < to, { error: 'expected a later time than from', path: ['to'] })
  .refine(({ from, to, granularity }) => (to - from) / SECONDS[granularity] <= MAX_POINTS, {
    error: `expected at most ${MAX_POINTS} points: take a coarser granularity, or a shorter span`,
    path: ['from'],
  });

/** What a NOS was worth. */
export interface PriceRow {
  /** Unix seconds at which the source said so. */
  at: number;
  /** Micro-USD: 350,000 is 0.35 USD. */
  usdMicro: bigint;
  source: string;
}

export interface PricePoint extends PriceRow {
  /** The minute, hour or day whose last price it is. */
  startsAt: number;
}

interface PriceSqlRow {
  at: Numeric;
  usd_micro: Numeric;
  source: string;
}

const toPrice = ({ at, usd_micro, source }: PriceSqlRow): PriceRow => ({
  at: int(at),
  usdMicro: big(usd_micro),
  source,
});

export function pricesRouter(deps: RouterDeps) {
  return router({
    /** The last price at or before a moment, however old it is; null where none is known. */
    at: procedure.input(z.strictObject({ at: Moment })).query(({ input }) =>
      deps.read(async (reader): Promise<PriceRow | null> => {
        const row = await reader.first<PriceSqlRow>(
          'select at, usd_micro, source from price where at <= $1 order by at desc, source desc limit 1',
          [input.at],
        );
        return row === undefined ? null : toPrice(row);
      }),
    ),
    /** The last price of each minute, hour or day that has one, oldest first. */
    series: procedure.input(Span).query(({ input: { granularity, from, to } }) =>
      deps.read(async (reader): Promise<PricePoint[]> => {
        const rows = await reader.rows<PriceSqlRow & { starts_at: Numeric }>(
          // One look into the index for each, however many prices lie between.
          `select starts_at, p.at, p.usd_micro, p.source
           from generate_series($1::bigint - $1 % $3::bigint, $2::bigint - 1, $3) starts_at cross join lateral (
             select at, usd_micro, source from price
             where at >= greatest(starts_at, $1) and at < least(starts_at + $3, $2) order by at desc, source desc limit 1
           ) p order by starts_at`,
          [from, to, SECONDS[granularity]],
        );
        return rows.map((row) => ({ startsAt: int(row.starts_at), ...toPrice(row) }));
      }),
    ),
  });
}
