import type { Database } from '@inferscan/db';

import type { ExplainedDifference, Reconciliation } from './reconcile.js';
import type { Difference } from './records.js';
import { keyOf } from './remedy.js';

/** What earlier comparisons found, what was done about it, and what became of it; outlasts a restart. */
export interface Memory {
  /** Whether the rows that differ are to be folded again: the same was found before, and that was not tried yet. */
  isToFold(difference: ExplainedDifference): boolean;
  /** Notes which of the differences found before are gone, and what of those that are left was tried in vain. */
  noteOutcome(outcome: Reconciliation): Promise<void>;
  /** Notes transactions that cannot be entered, with the reason. */
  noteRefused(outcome: Reconciliation, refused: ReadonlyMap<string, string>): Promise<void>;
  /** Notes what was done about an outcome; null: nothing. True when the next comparison may find something else. */
  noteDone(outcome: Reconciliation, done: string | null): boolean;
}

/** A difference of the last comparison. */
interface Pending {
  readonly id: bigint;
  readonly difference: Difference;
}

interface StoredRow extends Difference {
  readonly id: bigint;
  readonly healing: string | null;
}

const LAST = `
  SELECT reconciliation_id AS id, kind, address, field, indexed, on_chain AS "onChain", healing FROM difference
  WHERE reconciliation_id = (SELECT max(id) FROM reconciliation) AND healed_at IS NULL`;

const BY_ITSELF = 'it was not there any more when the tables were compared again';

export async function createMemory({ pool }: Database): Promise<Memory> {
  const { rows } = await pool.query<StoredRow>(LAST);
  let pending = new Map<string, Pending>(
    rows.map(({ id, healing: _, ...difference }) => [keyOf(difference), { id, difference }]),
  );
  /** What was tried in vain, by difference. */
  let inVain = new Map<string, string>(
    rows.flatMap(({ id: _, healing, ...difference }) =>
      healing === null ? [] : [[keyOf(difference), healing] as const],
    ),
  );
  /** What was done since the last comparison. */
  let lastDone: string | null = null;

  /** Earlier comparisons that found the same are over with it as well. */
  const write = (id: bigint, { kind, address, field }: Difference, healing: string, isHealed: boolean) =>
    pool.query(
      `UPDATE difference SET healing = $5, healed_at = CASE WHEN $6 THEN now() END
       WHERE kind = $2 AND address = $3 AND field = $4 AND healed_at IS NULL
         AND (reconciliation_id = $1 OR (reconciliation_id < $1 AND $6))`,
      [id, kind, address, field, healing, isHealed],
    );

  return {
    isToFold(difference) {
      const key = keyOf(difference);
      return difference.isExplained && pending.has(key) && !inVain.has(key);
    },
    async noteOutcome({ id, differences }) {
      const found = new Map(differences.map((each) => [keyOf(each), each]));
      for (const [key, { id: before, difference }] of pending) {
        if (!found.has(key)) await write(before, difference, lastDone ?? BY_ITSELF, true);
        else if (lastDone !== null) inVain.set(key, `in vain: ${lastDone}`);
      }
      inVain = new Map([...inVain].filter(([key]) => found.has(key)));
      for (const [key, tried] of inVain) {
        const difference = found.get(key);
        if (difference !== undefined) await write(id, difference, tried, false);
      }
      lastDone = null;
    },
    async noteRefused({ id, differences }, refused) {
      for (const difference of differences) {
        const reason = difference.missing.flatMap(({ signature }) => refused.get(signature) ?? []).at(0);
        if (reason !== undefined) await write(id, difference, reason, false);
      }
    },
    noteDone({ id, differences }, done) {
      const isNew = differences.some((each) => {
        const key = keyOf(each);
        return each.missing.length === 0 && !pending.has(key) && !inVain.has(key);
      });
      pending = new Map(differences.map((difference) => [keyOf(difference), { id, difference }]));
      lastDone = done;
      return done !== null || isNew;
    },
  };
}
