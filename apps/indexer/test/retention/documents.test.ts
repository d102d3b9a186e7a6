import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createContentQueue } from '../../src/content/content-queue.js';
import { saveContent } from '../../src/content/save-content.js';
import { dropDocuments } from '../../src/retention/drop-documents.js';
import { cidOf } from '../../src/store/cid.js';
import { queueContent } from '../../src/store/content-rows.js';
import { inTransaction } from '../../src/store/transaction.js';
import { storeDays, timeOfDay } from '../support/stored-days.js';

const DAYS = 30;
const OLD = 20;
const YOUNG = 90;
const digestOf = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('hex');

let test: TestDatabase;
let pool: TestDatabase['database']['pool'];
beforeEach(async () => {
  test = await createTestDatabase();
  pool = test.database.pool;
  await storeDays(
    test,
    [
      { slot: 1n, day: 0 },
      { slot: 100n, day: 100 },
    ],
    100n,
  );
});
afterEach(() => test.drop());

interface Naming {
  readonly day: number | null;
  readonly as?: 'definition' | 'result';
  readonly waitsFor?: string;
}

/** A document that was read, with the jobs that name it. */
async function document(name: string, jobs: readonly Naming[], columns: Record<string, unknown> = {}) {
  const cid = cidOf(digestOf(name));
  const row = { status: 'fetched', json: '{"some": "text"}', next_attempt_at: null, ...columns };
  await pool.query(
    `INSERT INTO content (cid, kind, status, json, bytes, next_attempt_at, fetched_at) VALUES ($1, 'result', $2, $3, 16, $4, now())`,
    [cid, row.status, row.json, row.next_attempt_at],
  );
  for (const [order, { day, as = 'result', waitsFor }] of jobs.entries()) {
    const id = `${name}${order}`;
    const [definition, result] = as === 'definition' ? [cid, null] : ['another', cid];
    await pool.query(
      `INSERT INTO job (id, address, market, project, payer, status, definition_digest, definition_cid, result_cid, price,
         timeout, listed_at, deposited, paid, refunded, fees, listed_signature, listed_position, updated_position)
       VALUES ($1, $1, 'm', 'p', 'p', 'finished', 'd', $2, $3, 0, 0, $4, 0, 0, 0, 0, 's', $1, $1)`,
      [id, definition, result, day === null ? null : timeOfDay(day)],
    );
    await pool.query(
      `INSERT INTO result_facts (job_id, cid, definition_cid, basis, state, outcome, fault, fault_code, fault_reason, waits_for)
       VALUES ($1, $2, $3, 'finish', 'success', 'success', 'nobody', 'ok', 'ok', $4)`,
      [id, result, definition, waitsFor ?? null],
    );
  }
  return cid;
}

const stateOf = async (cid: string): Promise<unknown> =>
  (
    await pool.query<{ state: unknown }>(
      `SELECT jsonb_build_object('status', status, 'kept', json IS NOT NULL, 'dropped', dropped_at IS NOT NULL,
         'due', next_attempt_at IS NOT NULL) AS state FROM content WHERE cid = $1`,
      [cid],
    )
  ).rows[0]?.state;

const KEPT = { status: 'fetched', kept: true, dropped: false, due: false };
const DROPPED = { status: 'fetched', kept: false, dropped: true, due: false };

async function dropAll(): Promise<void> {
  for (let after: string | null = ''; after !== null; )
    after = await dropDocuments(test.database, DAYS, after);
}

describe('dropping old documents', () => {
  it.each<[string, Naming[], Record<string, unknown>, unknown]>([
    ['a result of an old job', [{ day: OLD }], {}, DROPPED],
    [
      'a definition of old jobs',
      [
        { day: OLD, as: 'definition' },
        { day: 1, as: 'definition' },
      ],
      {},
      DROPPED,
    ],
    ['one that nobody names any more', [], {}, DROPPED],
    ['not one that a young job names too', [{ day: OLD }, { day: YOUNG, as: 'definition' }], {}, KEPT],
    ['not the result of a young job', [{ day: YOUNG }], {}, KEPT],
    ['not where it is not known when the job was listed', [{ day: null }], {}, KEPT],
    ['not a result that an outcome waits for', [{ day: OLD, waitsFor: 'elsewhere' }], {}, KEPT],
    [
      'not a definition that one waits for',
      [{ day: OLD, as: 'definition', waitsFor: 'elsewhere' }],
      {},
      KEPT,
    ],
    [
      'not one that is to be looked at again',
      [{ day: OLD }],
      { next_attempt_at: new Date() },
      { ...KEPT, due: true },
    ],
    [
      'nothing of one that was never there',
      [{ day: OLD }],
      { status: 'missing', json: null },
      { status: 'missing', kept: false, dropped: false, due: false },
    ],
  ])('takes %s', async (_, jobs, columns, expected) => {
    const cid = await document('text', jobs, columns);
    await dropAll();
    expect(await stateOf(cid)).toEqual(expected);
    // What was read from it stays.
    const { rows } = await pool.query('SELECT count(*) AS n FROM result_facts');
    expect(rows).toEqual([{ n: BigInt(jobs.length) }]);
  });

  it('goes through all of them, some at a time', async () => {
    await pool.query(
      `INSERT INTO content (cid, kind, status, json) SELECT 'Q' || i, 'result', 'fetched', '1' FROM generate_series(1, 1203) AS i`,
    );
    expect(await dropDocuments(test.database, DAYS, '')).not.toBeNull();
    await dropAll();
    const { rows } = await pool.query('SELECT count(*) AS n FROM content WHERE json IS NOT NULL');
    expect(rows).toEqual([{ n: 0n }]);
  });

  it('drops none while nothing is final', async () => {
    const cid = await document('text', [{ day: OLD }]);
    await pool.query('UPDATE checkpoint SET finalized_slot = -1');
    await dropAll();
    expect(await stateOf(cid)).toEqual(KEPT);
  });
});

describe('a document that was dropped', () => {
  it('is fetched again when a job names it, and is there again', async () => {
    const cid = await document('text', [{ day: OLD }]);
    await dropAll();
    const jobs = [{ resultDigest: digestOf('text'), definitionDigest: digestOf('other') }];
    await inTransaction(pool, (client) =>
      // What else a change set holds is of no interest to documents.
      queueContent(client, { jobs } as unknown as Parameters<typeof queueContent>[1]),
    );
    expect(await stateOf(cid)).toEqual({ ...DROPPED, due: true });
    const due = await createContentQueue(test.database).due({ fresh: 5, retries: 5 }, []);
    expect(due).toContainEqual(expect.objectContaining({ cid, fetched: false }));
    await saveContent(test.database, cid, { some: 'text' });
    expect(await stateOf(cid)).toEqual(KEPT);
  });
});
