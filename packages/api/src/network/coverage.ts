import { big, int, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import { type Beginning, readBeginning } from './beginning.js';
import { readFinalizedSlot } from './finality.js';
import { type Lag, lagOf, readHeartbeat } from './indexer-status.js';
import { type Kept, readKept } from './kept.js';

/** Something on which the tables and the chain's accounts did not agree. */
export interface DifferenceRow {
  kind: 'market' | 'job' | 'run' | 'stake' | 'registration' | 'pool' | 'reward' | 'vault';
  address: string;
  field: string;
  indexed: string | null;
  onChain: string | null;
  cause: string;
  /** What healed it, or was tried in vain; null while nothing was. */
  healing: string | null;
  /** Unix seconds; null while it is not healed. */
  healedAt: number | null;
}

/** The last comparison of the tables with the chain's accounts and vaults. */
export interface Comparison {
  /** Unix seconds. */
  at: number;
  /** The finalized slot that it is about. */
  slot: bigint;
  accounts: number;
  vaults: number;
  differences: number;
  /** The first 100 of them. */
  found: DifferenceRow[];
}

/** Differences of earlier comparisons that are gone, and why. */
export interface Healed {
  /** How many there were, in the comparisons that are kept. */
  count: number;
  /** The last 100 of them, newest first. */
  rows: DifferenceRow[];
}

/** What is indexed, how far, and whether it agrees with the chain. */
export interface Coverage {
  /** null: the index begins with the chain's first transaction. */
  beginning: Beginning | null;
  /** Slot of the first stored transaction; null before there is one. */
  firstSlot: bigint | null;
  /** Everything from the first slot to here is stored; null before an indexer has run. */
  indexedSlot: bigint | null;
  headSlot: bigint | null;
  /** Proven to be final up to here; null before anything was. */
  finalizedSlot: bigint | null;
  lag: Lag | null;
  /** backfill | tip; null before an indexer has run. */
  phase: string | null;
  /** What the indexer waits for; null when nothing is wrong. */
  error: string | null;
  /** Unix seconds. */
  heartbeatAt: number | null;
  /** Instructions that could not be read, and transitions that the rules do not allow. */
  anomalies: number;
  /** Definitions and results by how far they were fetched. */
  documents: {
    fetched: number;
    pending: number;
    invalid: number;
    missing: number;
    /** Of those fetched: read, and not kept any more. */
    dropped: number;
  };
  kept: Kept;
  comparison: Comparison | null;
  healed: Healed;
}

const MAX_DIFFERENCES = 100;

export async function readCoverage(reader: Reader): Promise<Coverage> {
  const heartbeat = await readHeartbeat(reader);
  const finalized = await readFinalizedSlot(reader);
  const first = await reader.first<{ slot: Numeric }>(
    'select slot from chain_transaction order by slot, index limit 1',
  );
  const counts = await reader.first<{
    anomalies: Numeric;
    fetched: Numeric;
    pending: Numeric;
    invalid: Numeric;
    missing: Numeric;
    dropped: Numeric;
  }>(
    `select (select count(*) from anomaly) as anomalies,
       coalesce(sum(documents) filter (where status = 'fetched'), 0) as fetched,
       coalesce(sum(documents) filter (where status = 'pending'), 0) as pending,
       coalesce(sum(documents) filter (where status = 'invalid'), 0) as invalid,
       coalesce(sum(documents) filter (where status = 'missing'), 0) as missing,
       coalesce(sum(dropped), 0) as dropped
     from content_count`,
  );
  return {
    beginning: await readBeginning(reader),
    firstSlot: first === undefined ? null : big(first.slot),
    indexedSlot: heartbeat?.indexedSlot ?? null,
    headSlot: heartbeat?.headSlot ?? null,
    finalizedSlot: finalized < 0n ? null : finalized,
    lag: heartbeat === null ? null : lagOf(heartbeat),
    phase: heartbeat?.phase ?? null,
    error: heartbeat?.error ?? null,
    heartbeatAt: heartbeat === null ? null : Math.floor(heartbeat.heartbeatAt / 1_000),
    anomalies: int(counts?.anomalies ?? 0),
    documents: {
      fetched: int(counts?.fetched ?? 0),
      pending: int(counts?.pending ?? 0),
      invalid: int(counts?.invalid ?? 0),
      missing: int(counts?.missing ?? 0),
      dropped: int(counts?.dropped ?? 0),
    },
    kept: await readKept(reader),
    comparison: await readComparison(reader),
    healed: await readHealed(reader),
  };
}

async function readComparison(reader: Reader): Promise<Comparison | null> {
  const last = await reader.first<{
    id: Numeric;
    at: Date;
    slot: Numeric;
    accounts: number;
    vaults: number;
    differences: number;
  }>('select id, at, slot, accounts, vaults, differences from reconciliation order by id desc limit 1');
  if (last === undefined) return null;
  const found = await reader.rows<StoredDifference>(
    `select ${COLUMNS} from difference
     where reconciliation_id = $1 order by kind, address, field limit ${MAX_DIFFERENCES}`,
    [last.id],
  );
  return {
    at: Math.floor(last.at.getTime() / 1_000),
    slot: big(last.slot),
    accounts: last.accounts,
    vaults: last.vaults,
    differences: last.differences,
    found: found.map(differenceOf),
  };
}

const COLUMNS = 'kind, address, field, indexed, on_chain, cause, healing, healed_at';

interface StoredDifference extends Omit<DifferenceRow, 'onChain' | 'healedAt'> {
  on_chain: string | null;
  healed_at: Date | null;
}

const differenceOf = ({ on_chain: onChain, healed_at: at, ...row }: StoredDifference): DifferenceRow => ({
  ...row,
  onChain,
  healedAt: at === null ? null : Math.floor(at.getTime() / 1_000),
});

/** What several comparisons found is healed once. */
async function readHealed(reader: Reader): Promise<Healed> {
  const each = `select distinct on (kind, address, field, healed_at) ${COLUMNS} from difference
     where healed_at is not null order by kind, address, field, healed_at, reconciliation_id desc`;
  const count = await reader.first<{ count: Numeric }>(`select count(*) as count from (${each}) as one`);
  const rows = await reader.rows<StoredDifference>(
    `select * from (${each}) as one order by healed_at desc, kind, address, field limit ${MAX_DIFFERENCES}`,
  );
  return { count: int(count?.count ?? 0), rows: rows.map(differenceOf) };
}
