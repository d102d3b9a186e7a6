import { int, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import type { Buckets } from './levels.js';

/** What moved in a span of time. */
export interface Flow {
  /** Paid to nodes, base units. */
  settled: bigint;
  /** Completion tokens of receipts with a valid signature, by when their jobs ended. */
  tokens: number;
}

export const NO_FLOW: Flow = { settled: 0n, tokens: 0 };

interface FlowSqlRow {
  settled: Numeric;
  tokens: Numeric;
}

// Spans are of [starts, ends). Whole hours that are not marked stand in the figures by hour; others are added up.
const FLOWS = (spans: string): string => `
  with span as (
    select starts, ends, starts % 3600 = 0 and ends - starts = 3600
      and not exists (select from rollup_dirty where hour = starts) as is_counted
    from ${spans}
  )
  select coalesce(case when is_counted then hour.paid else (
      select sum(amount) from ledger_entry where kind = 'payout' and block_time >= starts and block_time < ends
    ) end, 0) as settled,
    coalesce(case when is_counted then hour.completion_tokens else (
      select sum(r.completion_tokens) from result_facts f join receipt r on r.job_id = f.job_id
      where r.signature_valid and f.counted_at >= starts and f.counted_at < ends
    ) end, 0) as tokens
  from span left join rollup hour
    on hour.granularity = 'hour' and hour.scope = 'network' and hour.address = '' and hour.starts_at = span.starts`;

const toFlow = ({ settled, tokens }: FlowSqlRow): Flow => ({ settled: BigInt(settled), tokens: int(tokens) });

/** What moved in each bucket. */
export async function readFlows(
  reader: Reader,
  { startsAt, bucketSeconds, buckets }: Buckets,
): Promise<Flow[]> {
  const rows = await reader.rows<FlowSqlRow>(
    `${FLOWS(`(
      select $1::bigint + i * $2::bigint as starts, $1 + (i + 1) * $2 as ends from generate_series(0, $3::int - 1) i
    ) bucket`)} order by starts`,
    [startsAt, bucketSeconds, buckets],
  );
  return rows.map(toFlow);
}

/** What moved from a second on. The chain's clock may be an hour ahead of `now`. */
export async function readFlowSince(reader: Reader, since: number, now: number): Promise<Flow> {
  const row = await reader.first<FlowSqlRow>(
    `select sum(settled) as settled, sum(tokens) as tokens from (
      ${FLOWS(`(
        select greatest(hour, $1) as starts, hour + 3600 as ends
        from generate_series($1::bigint - $1 % 3600, $2::bigint - $2 % 3600 + 3600, 3600) hour
      ) part`)}
    ) flow`,
    [since, now],
  );
  return row === undefined ? NO_FLOW : toFlow(row);
}
