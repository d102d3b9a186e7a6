import { type DatabaseClient, type RowOf, TABLES, writeRows } from '@inferscan/db';
import { type ChangeSet, UNKNOWN_DIGEST } from '@inferscan/protocol';

import { cidOf } from './cid.js';
import { inTurn, type Step } from './in-turn.js';

type ContentRow = RowOf<typeof TABLES.content>;

/** Queues definitions and results that were not known before, or that are not kept any more, due at once. */
export const queueContent = (client: DatabaseClient, changes: ChangeSet): Promise<void> =>
  inTurn(queueSteps(client, changes), false);

/** What {@link queueContent} does, one statement each where rows are few enough. */
export function queueSteps(client: DatabaseClient, changes: Pick<ChangeSet, 'jobs'>): Step[] {
  const wanted = new Map<string, ContentRow>();
  const now = new Date();
  const want = (digest: string, kind: 'definition' | 'result'): void => {
    if (digest === UNKNOWN_DIGEST) return;
    const cid = cidOf(digest);
    if (!wanted.has(cid)) wanted.set(cid, { cid, kind, status: 'pending', next_attempt_at: now });
  };
  for (const job of changes.jobs) {
    // Results first: a document that is both is shown as what somebody waits for.
    if (job.resultDigest !== null) want(job.resultDigest, 'result');
    want(job.definitionDigest, 'definition');
  }
  if (wanted.size === 0) return [];
  return [
    () => writeRows(client, TABLES.content, [...wanted.values()], 'keep'),
    () =>
      client.query(
        `UPDATE content SET next_attempt_at = $2
         WHERE cid = ANY ($1) AND dropped_at IS NOT NULL AND next_attempt_at IS NULL`,
        [[...wanted.keys()], now],
      ),
  ];
}
