import { z } from 'zod';

import type { RouterDeps } from '../deps.js';
import type { Numeric } from '../read/columns.js';
import { int } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import { AddressText } from '../read/inputs.js';
import { procedure, router } from '../trpc.js';
import { COLUMNS, type Figures, type FiguresSqlRow, NOTHING, toFigures } from './row.js';

/** Most hours or days in one answer: 45 days of hours, three years of days. */
const MAX_BUCKETS = 1_100;
const SECONDS = { hour: 3_600, day: 86_400 } as const;
type Granularity = keyof typeof SECONDS;

/** Unix seconds up to the year 9999. */
const Moment = z.int().min(0).max(253_402_300_799);

const Span = z
  .strictObject({
    scope: z.enum(['network', 'market', 'node', 'project']),
    /** Whose figures; not for the network. */
    address: AddressText.optional(),
    granularity: z.enum(['hour', 'day']),
    from: Moment,
    to: Moment,
  })
  .refine(({ scope, address }) => (scope === 'network') === (address === undefined), {
    error: 'expected an address for a market, a node or a project, and none for the network',
    path: ['address'],
  })
  .refine(({ from, to }) => from < to, { error: 'expected a later time than from', path: ['to'] })
  .refine(({ from, to, granularity }) => (to - from) / SECONDS[granularity] <= MAX_BUCKETS, {
    error: `expected at most ${MAX_BUCKETS} buckets: take days, or a shorter span`,
    path: ['from'],
  });
type Span = z.output<typeof Span>;

/** One hour or day, UTC. */
export interface Bucket extends Figures {
  startsAt: number;
}

export interface RollupTotals {
  /** The span in whole hours or days. */
  from: number;
  to: number;
  total: Figures;
  /** Hours of the span that are being counted again: something in them changed a moment ago. */
  pendingHours: number;
}

export interface RollupSeries extends RollupTotals {
  bucketSeconds: number;
  /** Every hour or day of the span, oldest first, also those in which nothing happened. */
  buckets: Bucket[];
}

export function rollupsRouter(deps: RouterDeps) {
  return router({
    /** Figures per hour or day. */
    series: procedure.input(Span).query(({ input }) =>
      deps.read(async (reader): Promise<RollupSeries> => {
        const span = wholeBuckets(input);
        const buckets = await readBuckets(reader, span);
        return { ...(await readTotals(reader, span)), bucketSeconds: SECONDS[span.granularity], buckets };
      }),
    ),
    /** Figures of the whole span. */
    totals: procedure
      .input(Span)
      .query(({ input }) => deps.read((reader) => readTotals(reader, wholeBuckets(input)))),
  });
}

function wholeBuckets(span: Span): Span {
  const size = SECONDS[span.granularity];
  return { ...span, from: Math.floor(span.from / size) * size, to: Math.ceil(span.to / size) * size };
}

const OF_SPAN = 'granularity = $1 and scope = $2 and address = $3 and starts_at >= $4 and starts_at < $5';
const spanValues = ({
  granularity,
  scope,
  address,
  from,
  to,
}: Span): [Granularity, string, string, number, number] => [granularity, scope, address ?? '', from, to];

async function readBuckets(reader: Reader, span: Span): Promise<Bucket[]> {
  const rows = await reader.rows<FiguresSqlRow & { starts_at: Numeric }>(
    `select starts_at, ${COLUMNS.join(', ')}, wait_bins, wait_counts from rollup where ${OF_SPAN}`,
    spanValues(span),
  );
  const byStart = new Map(rows.map((row) => [int(row.starts_at), row]));
  const size = SECONDS[span.granularity];
  return Array.from({ length: (span.to - span.from) / size }, (_, index) => {
    const startsAt = span.from + index * size;
    return { startsAt, ...toFigures(byStart.get(startsAt) ?? NOTHING) };
  });
}

async function readTotals(reader: Reader, span: Span): Promise<RollupTotals> {
  const sums = COLUMNS.map((column) => `coalesce(sum(${column}), 0) as ${column}`).join(', ');
  const row = await reader.first<FiguresSqlRow>(
    `with part as (select * from rollup where ${OF_SPAN}),
     wait as (
       select bin, sum(count) as count from part cross join lateral unnest(wait_bins, wait_counts) as w (bin, count)
       group by bin
     )
     select ${sums}, (select array_agg(bin order by bin) from wait) as wait_bins,
       (select array_agg(count order by bin) from wait) as wait_counts
     from part`,
    spanValues(span),
  );
  const pending = await reader.first<{ hours: Numeric }>(
    'select count(distinct hour) as hours from rollup_dirty where hour >= $1 and hour < $2',
    [span.from, span.to],
  );
  return {
    from: span.from,
    to: span.to,
    total: toFigures(row ?? NOTHING),
    pendingHours: int(pending?.hours ?? 0),
  };
}
