import { z } from 'zod';
import type { RouterDeps } from '../deps.js';
import { DomainError } from '../errors/domain-error.js';
import type { Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import { AddressText } from '../read/inputs.js';
import { procedure, router } from '../trpc.js';
import { proveVault, type VaultProof } from './proof.js';
import { type MarketRow, type MarketSqlRow, marketSql, toMarketRow } from './row.js';

/** Jobs of a market by where they are in their lives. */
export type JobCounts = Record<string, number>;

export interface MarketDetail {
  market: MarketRow;
  jobCounts: JobCounts;
  /** Base units over the market's whole history, by kind of movement. */
  ledger: { kind: string; entries: number; amount: bigint }[];
  proof: VaultProof;
}

export function marketsRouter(deps: RouterDeps) {
  return router({
    /** Every market, the busiest first, closed ones last. */
    list: procedure.query(() =>
      deps.read(async (reader): Promise<MarketRow[]> => {
        const rows = await reader.rows<MarketSqlRow>(
          marketSql(
            'first',
            'order by m.closed_at is not null, counts.jobs_running desc, counts.jobs_total desc, m.address limit 500',
          ),
        );
        return rows.map((row) => toMarketRow(row, deps.directory));
      }),
    ),
    byAddress: procedure
      .input(z.strictObject({ address: AddressText }))
      .query(async ({ input }): Promise<MarketDetail> => {
        const found = await deps.read((reader) => readMarket(deps, reader, input.address));
        if (found === null) throw new DomainError('not_found', `No market ${input.address} in the index.`);
        const proof = await proveVault(
          () => readLedgerSum(deps, input.address),
          deps.tokenBalance,
          found.market.vault,
        );
        return { ...found, proof };
      }),
  });
}

async function readMarket(deps: RouterDeps, reader: Reader, address: string) {
  const row = await reader.first<MarketSqlRow>(marketSql('whole', 'where m.address = $1'), [address]);
  if (row === undefined) return null;
  const counts = await reader.rows<{ status: string; jobs: Numeric }>(
    'select status, sum(jobs) as jobs from job_count where market = $1 group by status having sum(jobs) > 0',
    [address],
  );
  const ledger = await reader.rows<{ kind: string; entries: Numeric; amount: Numeric }>(
    'select kind, entries, amount from ledger_sum where market = $1 and entries > 0 order by kind',
    [address],
  );
  return {
    market: toMarketRow(row, deps.directory),
    jobCounts: Object.fromEntries(counts.map((c) => [c.status, Number(c.jobs)])),
    ledger: ledger.map((l) => ({ kind: l.kind, entries: Number(l.entries), amount: BigInt(l.amount) })),
  };
}

async function readLedgerSum(deps: RouterDeps, market: string): Promise<bigint> {
  const row = await deps.read((reader) =>
    reader.first<{ sum: Numeric }>(
      'select coalesce(sum(vault_delta), 0) as sum from ledger_sum where market = $1',
      [market],
    ),
  );
  return BigInt(row?.sum ?? 0);
}
