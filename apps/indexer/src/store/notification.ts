import type { DatabaseClient } from '@inferscan/db';
import type { ChangeSet, JobRecord } from '@inferscan/protocol';

/** Where readers of the database hear of changes. */
export const CHANNEL = 'inferscan';

/** Postgres takes 7,999 bytes. */
const MAX_BYTES = 7_000;

export interface ChangedAddresses {
  readonly jobs: Iterable<string>;
  readonly markets: Iterable<string>;
  readonly nodes: Iterable<string>;
  /** Those of the jobs that are new. */
  readonly listed?: Iterable<string>;
}

/** `{slot, jobs, markets, nodes}`, with `listed` where jobs are new, or `{slot, many: true}` where the addresses would not fit. */
export function notificationOf(slot: bigint, changed: ChangedAddresses): string {
  const listed = [...new Set(changed.listed)];
  const full = JSON.stringify({
    slot: slot.toString(),
    jobs: [...new Set(changed.jobs)],
    markets: [...new Set(changed.markets)],
    nodes: [...new Set(changed.nodes)],
    ...(listed.length === 0 ? {} : { listed }),
  });
  return full.length <= MAX_BYTES ? full : JSON.stringify({ slot: slot.toString(), many: true });
}

/** Tells readers of the database, once the client's transaction is committed. */
export async function notify(client: DatabaseClient, slot: bigint, changed: ChangedAddresses): Promise<void> {
  await client.query('SELECT pg_notify($1, $2)', [CHANNEL, notificationOf(slot, changed)]);
}

/** Tells readers of the database that sums over many records were counted anew. */
export async function notifyOfFigures(client: Pick<DatabaseClient, 'query'>): Promise<void> {
  await client.query(
    `SELECT pg_notify($1, json_build_object('slot', slot::text, 'figures', true)::text) FROM checkpoint WHERE id = 1`,
    [CHANNEL],
  );
}

/** The addresses that a batch's changes concern. */
export function changedAddresses(changes: ChangeSet): ChangedAddresses {
  const begin = changes.events[0]?.position;
  const isNew = ({ listedPosition }: JobRecord): boolean => begin !== undefined && listedPosition >= begin;
  return {
    listed: changes.jobs.filter(isNew).map(({ address }) => address),
    jobs: [...changes.jobs.map(({ address }) => address), ...changes.runs.map(({ job }) => job)],
    markets: [
      ...changes.markets.map(({ address }) => address),
      ...changes.jobs.map(({ market }) => market),
      ...changes.ledger.map(({ market }) => market),
    ],
    nodes: [...changes.nodes.map(({ address }) => address), ...changes.runs.map(({ node }) => node)],
  };
}
