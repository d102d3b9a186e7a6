import { createTestDatabase } from '@inferscan/db/testing';
import { GRACE_SECONDS } from '@inferscan/formats';
import { describe, expect, it } from 'vitest';

import { deriveAgain, saveContent, saveFailure, saveUnreadable } from '../src/content/save-content.js';
import { settleAll, sweepOverdue } from '../src/content/sweep.js';
import {
  cidOf,
  definition,
  EXPIRED,
  flow,
  HOUR,
  removeJobs,
  START,
  setChainTime,
  writeJobs,
} from './support/jobs.js';
import { createRandom, testSeed } from './support/random.js';

const never = new AbortController().signal;
const JOBS = 16;
const STEPS = 60;
/** Documents by name; results are shared, one is nowhere and one is no document. */
const DEFINITIONS: Record<string, object> = {
  batch: definition(),
  service: definition({}, { expose: 80 }),
  invalid: { ...definition(), version: 'x' },
};
const RESULTS: Record<string, object | 'missing' | 'unreadable'> = {
  good: flow(),
  expired: flow(EXPIRED),
  failed: flow({ status: 'failed', exitCode: 3 }),
  'never ran': { status: '', startTime: 0, endTime: 0, opStates: [] },
  measured: flow({ operationId: 'benchmark', results: { tokens_per_second: ['5'] } }),
  nowhere: 'missing',
  garbage: 'unreadable',
};

type Job = Parameters<typeof writeJobs>[1][number];

describe('outcomes', () => {
  it('are the same in whatever order jobs and documents come, and at once', async () => {
    const seed = testSeed();
    console.log(`TEST_SEED=${seed}`);
    const random = createRandom(seed);
    const fetched = new Set<string>();
    const test = await createTestDatabase();
    const { database } = test;
    const jobs = new Map<string, Job[]>();
    let time = START;

    const deliver = async (name: string): Promise<void> => {
      const document = { ...DEFINITIONS, ...RESULTS }[name];
      const cid = cidOf(name);
      if (document === 'unreadable') return saveUnreadable(database, cid, 'not JSON');
      if (document === 'missing' || (random.int(4) === 0 && !fetched.has(name))) {
        return saveFailure(database, cid, { attempts: 8, message: '-', missing: true, pauseSeconds: 99 });
      }
      fetched.add(name);
      return saveContent(database, cid, document);
    };
    const end = (): Partial<Job> => {
      const ended_at = START + random.pick([100n, HOUR, HOUR + GRACE_SECONDS]);
      const result = { result_cid: cidOf(random.pick(Object.keys(RESULTS))) };
      return random.pick<Partial<Job>>([
        { status: 'finished', ended_at, ...result },
        { status: 'finished', ended_at, ...result, closed_at: ended_at },
        { status: 'ended', ended_at },
        { status: 'ended', ended_at, ...result },
        { status: 'stopped', ended_at },
        { status: 'delisted', ended_at, started_at: null },
        { timeout: 2n * HOUR },
      ]);
    };
    /** One writer changes jobs: a life goes on, or a fork takes its last steps back. */
    const change = async (): Promise<void> => {
      const id = `job ${random.int(JOBS)}`;
      const life = jobs.get(id) ?? [];
      if (life.length > 0 && random.int(4) === 0) {
        life.pop();
        const before = life.at(-1);
        return before === undefined ? removeJobs(database, [id]) : writeJobs(database, [before]);
      }
      const node = `node ${random.int(4)}`;
      const definition_cid = cidOf(random.pick(Object.keys(DEFINITIONS)));
      const last = life.at(-1) ?? { id, node, definition_cid };
      const next = life.length === 0 ? last : { ...last, ...end() };
      jobs.set(id, [...life, next]);
      await writeJobs(database, [next]);
    };
    const deriveDue = async (): Promise<void> => {
      const { rows } = await database.pool.query<{ cid: string }>(
        'SELECT cid FROM content WHERE json IS NOT NULL AND next_attempt_at <= now()',
      );
      for (const { cid } of rows) await deriveAgain(database, cid);
      if (rows.length > 0) await deriveDue();
    };
    const rows = async (): Promise<unknown[]> => {
      const facts = await database.pool.query('SELECT * FROM result_facts ORDER BY job_id');
      const hardware = await database.pool.query('SELECT * FROM node_hardware ORDER BY job_id');
      return [...facts.rows, ...hardware.rows];
    };

    try {
      for (let step = 0; step < STEPS; step++) {
        // No two transactions at one time: their rows are named by it.
        time += BigInt(1 + random.int(200));
        await setChainTime(database, time);
        await Promise.all([
          change(),
          deliver(random.pick(Object.keys(DEFINITIONS))),
          // One at a time, as the queue hands them out.
          deliver(random.pick(Object.keys(RESULTS))),
          sweepOverdue(database, never),
        ]);
      }
      const settle = async (): Promise<unknown[]> => {
        for (const [name, json] of Object.entries({ ...DEFINITIONS, ...RESULTS })) {
          if (typeof json === 'string') await deliver(name);
          else if (!fetched.has(name)) await saveContent(database, cidOf(name), json);
        }
        await deriveDue();
        await sweepOverdue(database, never);
        return rows();
      };
      const found = await settle();
      for (const name of Object.keys({ ...DEFINITIONS, ...RESULTS })) fetched.add(name);
      await database.pool.query('TRUNCATE result_facts, receipt, node_hardware');
      await settleAll(database, never);
      expect(found).toEqual(await settle());
      const over = [...jobs.values()].filter((life) => life.at(-1)?.status !== undefined);
      expect(found.length).toBeGreaterThanOrEqual(over.length);
      expect(over.length).toBeGreaterThan(3);
    } finally {
      await test.drop();
    }
  });
});
