import type { Database, DatabaseClient } from '@inferscan/db';
import { type Cluster, networkConfig } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import type { ListedTransaction } from '../source/chain-source.js';
import type { SourceCursor } from '../source/cursor.js';
import { programsOf } from '../source/scope.js';
import { BULK_LIMITS, type BulkLimits, openBulkLoad } from './bulk/bulk-load.js';
import { setFinalized } from './checkpoint.js';
import { inTurn, type Step } from './in-turn.js';
import { forgetMarks, readMarks } from './marks.js';
import { type ChangedAddresses, notify } from './notification.js';
import { EVENT_OF_STORED, positionAfter } from './partitions.js';
import { readSnapshot } from './snapshot.js';
import { type Pending, type Store, WrongChainError, WrongScopeError } from './store.js';
import { inTransaction } from './transaction.js';
import { forgetRows, takeBack } from './undo.js';
import { writeBatch } from './write-batch.js';

export interface PostgresStoreOptions {
  readonly database: Database;
  readonly cluster: Cluster;
  /** How loads in bulk go, where not as usual. */
  readonly bulk?: Partial<BulkLimits>;
}

interface CheckpointRow {
  cluster: string;
  genesis_hash: string;
  slot: bigint;
  signature: string | null;
  scope: Address[] | null;
}

/** Facts in Postgres: rows and the checkpoint that covers them always agree. */
export function createPostgresStore({ database, cluster, bulk }: PostgresStoreOptions): Store {
  const { pool } = database;
  const addresses = programsOf(networkConfig(cluster));

  return {
    async open(genesisHash) {
      // Slot 0 without a signature: nothing is stored yet.
      await pool.query(
        `INSERT INTO checkpoint (id, cluster, genesis_hash, slot, index, scope) VALUES (1, $1, $2, 0, 0, $3)
         ON CONFLICT (id) DO UPDATE SET scope = excluded.scope WHERE checkpoint.signature IS NULL`,
        [cluster, genesisHash, addresses],
      );
      const { rows } = await pool.query<CheckpointRow>('SELECT * FROM checkpoint WHERE id = 1');
      const stored = rows[0];
      if (stored === undefined) throw new Error('the checkpoint row vanished while it was read');
      if (stored.cluster !== cluster || stored.genesis_hash !== genesisHash) {
        throw new WrongChainError(
          { cluster: stored.cluster, genesisHash: stored.genesis_hash },
          { cluster, genesisHash },
        );
      }
      const { scope } = stored;
      if (scope === null || scope.toSorted().join() !== addresses.toSorted().join()) {
        throw new WrongScopeError(scope, addresses);
      }
    },

    async cursor(): Promise<SourceCursor | null> {
      const { rows } = await pool.query<{ slot: bigint; signature: string | null }>(
        'SELECT slot, signature FROM checkpoint WHERE id = 1',
      );
      const { slot, signature } = rows[0] ?? { slot: 0n, signature: null };
      return signature === null ? null : { slot, signature, marks: await readMarks(pool, null) };
    },

    snapshot: () =>
      inTransaction(pool, (client) => readSnapshot((sql) => client.query(sql)), 'REPEATABLE READ READ ONLY'),

    commit: (batch) => inTransaction(pool, (client) => writeBatch(client, addresses, batch)),

    bulkLoad: (transactions) =>
      openBulkLoad({ database, addresses, limits: { ...BULK_LIMITS, ...bulk } }, transactions),

    async pending(): Promise<Pending> {
      const { rows } = await pool.query<{
        finalizedSlot: bigint;
        slot: bigint | null;
        blockhash: string | null;
      }>(
        `SELECT finalized_slot AS "finalizedSlot", slot, blockhash
         FROM (SELECT finalized_slot FROM checkpoint WHERE id = 1) AS proven
         LEFT JOIN block ON block.slot > proven.finalized_slot ORDER BY block.slot`,
      );
      const blocks = rows.flatMap(({ slot, blockhash }) =>
        slot === null || blockhash === null ? [] : [{ slot, blockhash }],
      );
      return { finalizedSlot: rows[0]?.finalizedSlot ?? -1n, blocks };
    },

    async transactionsIn(after, upTo) {
      const { rows } = await pool.query<ListedTransaction>(
        'SELECT signature, slot FROM chain_transaction WHERE slot > $1 AND slot <= $2',
        [after, upTo],
      );
      return rows;
    },

    marks: (upTo) => readMarks(pool, upTo),

    finalize: (slot) =>
      inTransaction(pool, async (client) => {
        let changed: ChangedAddresses | undefined;
        const steps: Step[] = [
          async () => {
            changed = await addressesBeingFinalized(client, slot);
          },
          () => setFinalized(client, slot),
          () => forgetRows(client, slot),
          () => forgetMarks(client, slot),
        ];
        await inTurn(steps, client.pipeline);
        if (changed !== undefined) await notify(client, slot, changed);
      }),

    rollBack: (slot) =>
      inTransaction(pool, async (client) => {
        const { rows } = await client.query<{ finalizedSlot: bigint }>(
          'SELECT finalized_slot AS "finalizedSlot" FROM checkpoint WHERE id = 1 FOR UPDATE',
        );
        const final = rows[0]?.finalizedSlot ?? -1n;
        if (slot < final) throw new RangeError(`slot ${final} is final: nothing before it can be taken back`);
        const count = await takeBack(client, slot);
        await client.query('DELETE FROM address_mark WHERE slot > $1', [slot]);
        // What was added to the ledger without being in any list is nowhere to go on from.
        await client.query(
          `UPDATE checkpoint SET slot = coalesce(last.slot, begun.last_slot, 0), index = coalesce(last.index, 0),
             signature = coalesce(last.signature, begun.last_signature), updated_at = now()
           FROM (SELECT 1) AS one LEFT JOIN bootstrap AS begun ON begun.id = 1 LEFT JOIN (
             SELECT slot, index, signature FROM chain_transaction AS stored
             WHERE EXISTS (SELECT FROM event WHERE ${EVENT_OF_STORED})
             ORDER BY slot DESC, index DESC LIMIT 1
           ) AS last ON true
           WHERE checkpoint.id = 1`,
        );
        return count;
      }),

    async saveStatus({ headSlot, indexedSlot, phase, error }) {
      await pool.query(
        `INSERT INTO indexer_status (id, head_slot, indexed_slot, phase, error, heartbeat_at)
         VALUES (1, $1, $2, $3, $4, now())
         ON CONFLICT (id) DO UPDATE SET head_slot = excluded.head_slot, indexed_slot = excluded.indexed_slot,
           phase = excluded.phase, error = excluded.error, heartbeat_at = excluded.heartbeat_at`,
        [headSlot, indexedSlot, phase, error],
      );
    },
  };
}

/** Readers show how sure each event is: they are told when that changes. */
async function addressesBeingFinalized(client: DatabaseClient, slot: bigint): Promise<ChangedAddresses> {
  const { rows } = await client.query<{ job: string | null; market: string | null; node: string | null }>(
    `SELECT DISTINCT job, market, node FROM event
     WHERE position >= (SELECT lpad((finalized_slot + 1)::text, 12, '0') FROM checkpoint WHERE id = 1) AND position < $1`,
    [positionAfter(slot)],
  );
  return {
    jobs: rows.flatMap(({ job }) => job ?? []),
    markets: rows.flatMap(({ market }) => market ?? []),
    nodes: rows.flatMap(({ node }) => node ?? []),
  };
}
