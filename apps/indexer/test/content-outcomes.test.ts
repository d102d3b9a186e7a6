import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { GRACE_SECONDS } from '@inferscan/formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { deriveAgain, saveContent, saveFailure, saveUnreadable } from '../src/content/save-content.js';
import { settleAll, sweepOverdue } from '../src/content/sweep.js';
import {
  cidOf,
  definition,
  EXPIRED,
  flow,
  HOUR,
  outcomes,
  removeJobs,
  START,
  saveDefinition,
  setChainTime,
  writeJobs,
  writeRun,
} from './support/jobs.js';

let test: TestDatabase;
const never = new AbortController().signal;

beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const database = () => test.database;
const outcomeOf = async (id = 'job') => (await outcomes(database()))[id];
const finished = { status: 'finished', ended_at: START + 100n, result_cid: cidOf('result') } as const;
const whole = { ...finished, ended_at: START + HOUR };
const ended = { status: 'ended', ended_at: START + 100n } as const;
const isDue = async (name: string): Promise<boolean> => {
  const { rowCount } = await database().pool.query(
    'SELECT FROM content WHERE cid = $1 AND next_attempt_at <= now()',
    [cidOf(name)],
  );
  return rowCount === 1;
};
const missing = (name: string) =>
  saveFailure(database(), cidOf(name), {
    attempts: 8,
    message: 'nobody',
    missing: true,
    pauseSeconds: 3_600,
  });

describe('outcomes by the chain alone', () => {
  it('stand as soon as the job does', async () => {
    await writeRun(database(), 'quit-run', 'quit');
    await writeRun(database(), 'admin-run', 'quitAdmin');
    await writeJobs(database(), [
      { id: 'waiting', status: 'queued', started_at: null },
      { id: 'running' },
      { id: 'delisted', status: 'delisted', ended_at: START, closed_at: START },
      { id: 'quit', status: 'stopped', ended_at: START, run_id: 'quit-run' },
      { id: 'recovered', status: 'recovered', ended_at: START, closed_at: START, run_id: 'quit-run' },
      { id: 'stopped by admin', status: 'stopped', ended_at: START, run_id: 'admin-run' },
      { id: 'run closed by admin', status: 'unqueued' },
      { id: 'closed by admin', status: 'queued', closed_at: START },
      { id: 'ended', ...ended },
      { id: 'finished', ...finished },
    ]);
    expect(await outcomes(database())).toEqual({
      delisted: 'delisted nobody delisted',
      quit: 'quit host quit',
      recovered: 'quit host quit',
      'stopped by admin': 'removed nobody closed_by_admin',
      'run closed by admin': 'removed nobody closed_by_admin',
      'closed by admin': 'removed nobody closed_by_admin',
      ended: 'ended unknown ended_just_now waits for completion',
      finished: 'unknown unknown result_unread waits for result',
    });
  });

  it('follow the chain’s clock, not ours', async () => {
    await writeJobs(database(), [
      { id: 'run' },
      { id: 'long', timeout: 2n ** 63n - 1n },
      { id: 'ended', ...ended },
    ]);
    await setChainTime(database(), START + HOUR + GRACE_SECONDS - 1n);
    await sweepOverdue(database(), never);
    expect(await outcomes(database())).toEqual({
      ended: 'ended host ended_without_result waits for definition',
    });
    await setChainTime(database(), START + HOUR + GRACE_SECONDS);
    await sweepOverdue(database(), never);
    expect(await outcomeOf('run')).toBe('abandoned host host_gone waits for definition');
    // More time was paid for, late but not too late.
    await writeJobs(database(), [{ id: 'run', timeout: 2n * HOUR }]);
    expect(await outcomeOf('run')).toBeUndefined();
    // And a host that comes back late is no longer gone.
    await writeJobs(database(), [{ id: 'run', timeout: 2n * HOUR, ...finished }]);
    expect(await outcomeOf('run')).toMatch(/result_unread/);
    expect(await outcomeOf('long')).toBeUndefined();
  });

  it('are not the host’s fault where nobody can read the definition', async () => {
    await setChainTime(database(), START + 2n * HOUR);
    await writeJobs(database(), [{ id: 'run' }, { id: 'ended', ...ended }]);
    await sweepOverdue(database(), never);
    await missing('definition');
    const notFound = 'abandoned user definition_not_found waits for definition_found';
    expect(await outcomes(database())).toEqual({ run: notFound, ended: notFound });
    // A job that ends the same way later is judged by what is known already.
    await writeJobs(database(), [{ id: 'late', ...ended, ended_at: START + 2n * HOUR }]);
    expect(await outcomeOf('late')).toBe(notFound);
    // Another node could read it.
    await writeJobs(database(), [{ id: 'other', node: 'other', ...finished }]);
    await saveContent(database(), cidOf('result'), flow());
    expect(await isDue('definition')).toBe(true);
    await missing('definition');
    expect(await outcomeOf('run')).toBe('abandoned host host_gone');
    await saveDefinition(database());
    expect(await outcomeOf('ended')).toBe('ended host ended_without_result');
  });
});

describe('outcomes by results', () => {
  it('come with the documents, in any order', async () => {
    await writeJobs(database(), [{ id: 'job', ...whole }]);
    await saveContent(database(), cidOf('result'), flow(EXPIRED));
    expect(await outcomeOf()).toBe('expired unknown expired waits for definition');
    await saveDefinition(database(), definition({}, { expose: 80 }));
    expect(await outcomeOf()).toBe('expired nobody service_expired');

    await writeJobs(database(), [{ id: 'next', ...whole, result_cid: cidOf('next') }]);
    await saveContent(database(), cidOf('next'), flow(EXPIRED));
    expect(await outcomeOf('next')).toBe('expired nobody service_expired');
  });

  it('are read again for the next job with the same result', async () => {
    await writeJobs(database(), [{ id: 'one', ...finished }]);
    await saveContent(database(), cidOf('result'), flow());
    expect(await isDue('result')).toBe(false);
    await writeJobs(database(), [{ id: 'two', ...finished, node: 'other' }]);
    expect(await outcomeOf('two')).toMatch(/result_unread/);
    expect(await isDue('result')).toBe(true);
    await deriveAgain(database(), cidOf('result'));
    expect(await outcomeOf('two')).toBe('success nobody completed');
    expect(await isDue('result')).toBe(false);
  });

  it('change when the host adds a result to an ended job', async () => {
    await setChainTime(database(), START + HOUR);
    await writeJobs(database(), [{ id: 'job', ...ended }]);
    await sweepOverdue(database(), never);
    expect(await outcomeOf()).toMatch(/^ended host/);
    await writeJobs(database(), [{ id: 'job', ...ended, result_cid: cidOf('result') }]);
    expect(await outcomeOf()).toBe('ended nobody ended waits for result');
    await saveContent(database(), cidOf('result'), flow(EXPIRED));
    expect(await outcomeOf()).toBe('ended nobody ended');
  });

  it('stay when only the account is closed, and go when the job has another end', async () => {
    await writeJobs(database(), [{ id: 'job', ...finished }]);
    await saveDefinition(database());
    await saveContent(database(), cidOf('result'), flow({ status: 'failed', exitCode: 3 }));
    expect(await outcomeOf()).toBe('failed user exit_code');
    await writeJobs(database(), [{ id: 'job', ...finished, closed_at: START + HOUR }]);
    expect(await outcomeOf()).toBe('failed user exit_code');
    await writeJobs(database(), [{ id: 'job', ...finished, result_cid: cidOf('other') }]);
    expect(await outcomeOf()).toBe('unknown unknown result_unread waits for result');
    await saveContent(database(), cidOf('other'), flow());
    expect(await outcomeOf()).toBe('success nobody completed');
  });

  it('go with what a fork takes back', async () => {
    const report = flow({ operationId: 'benchmark', results: { tokens_per_second: ['5'] } });
    await writeJobs(database(), [
      { id: 'gone', ...finished },
      { id: 'running again', ...finished, result_cid: cidOf('other') },
    ]);
    await saveContent(database(), cidOf('result'), report);
    await saveContent(database(), cidOf('other'), report);
    const hardware = () => database().pool.query('SELECT FROM node_hardware');
    expect((await hardware()).rowCount).toBe(2);
    await removeJobs(database(), ['gone']);
    await writeJobs(database(), [{ id: 'running again' }]);
    expect(await outcomes(database())).toEqual({});
    expect((await hardware()).rowCount).toBe(0);
    // The chain takes the same way after all: the document is looked at again.
    await writeJobs(database(), [{ id: 'running again', ...finished, result_cid: cidOf('other') }]);
    expect(await isDue('other')).toBe(true);
    await deriveAgain(database(), cidOf('other'));
    expect((await hardware()).rowCount).toBe(1);
  });

  it('blame the host where the same definition is healthy elsewhere', async () => {
    const waits = { ...definition().ops[0], id: 'client', execution: { group: 'a', depends_on: ['a'] } };
    const server = { ...definition({}, { expose: 80 }).ops[0], execution: { group: 'a' } };
    await saveJobDefinition({ ...definition(), ops: [server, waits] });
    await writeJobs(database(), [{ id: 'job', ...whole }]);
    const stuck = flow(EXPIRED, { operationId: 'client', status: 'init', exitCode: null });
    await saveContent(database(), cidOf('result'), stuck);
    expect(await outcomeOf()).toBe('failed user never_healthy waits for elsewhere');
    await writeJobs(database(), [{ id: 'same node', ...finished, result_cid: cidOf('a') }]);
    await saveContent(database(), cidOf('a'), flow());
    await deriveAgain(database(), cidOf('definition'));
    expect(await outcomeOf()).toBe('failed user never_healthy waits for elsewhere');
    await writeJobs(database(), [{ id: 'other node', ...finished, result_cid: cidOf('b'), node: 'other' }]);
    await saveContent(database(), cidOf('b'), flow());
    expect(await isDue('definition')).toBe(true);
    await deriveAgain(database(), cidOf('definition'));
    expect(await outcomeOf()).toBe('failed host never_healthy_here');
  });

  async function saveJobDefinition(json: object): Promise<void> {
    await writeJobs(database(), [{ id: 'lister', status: 'queued', started_at: null }]);
    await saveDefinition(database(), json);
  }

  it('say when nobody has the result, and when it cannot be read', async () => {
    await writeJobs(database(), [
      { id: 'finished', ...finished },
      { id: 'ended', ...ended, result_cid: cidOf('result') },
    ]);
    await missing('result');
    expect(await outcomes(database())).toEqual({
      finished: 'unknown unknown result_missing waits for result',
      ended: 'ended nobody ended waits for result',
    });
    await saveUnreadable(database(), cidOf('result'), 'not JSON');
    expect(await outcomes(database())).toEqual({
      finished: 'unknown unknown result_unreadable',
      ended: 'ended nobody ended',
    });
  });

  it('come a page at a time where many jobs have the same result', async () => {
    await writeJobs(
      database(),
      Array.from({ length: 450 }, (_, index) => ({ id: `job ${index}`, ...finished, node: `node ${index}` })),
    );
    await saveDefinition(database(), { ...definition(), version: 'x' });
    await saveContent(database(), cidOf('result'), { status: '', startTime: 0, endTime: 0, opStates: [] });
    const judged = async () =>
      Object.values(await outcomes(database())).filter((line) => line === 'failed user definition_invalid')
        .length;
    expect(await judged()).toBe(200);
    for (const count of [400, 450]) {
      expect(await isDue('result')).toBe(true);
      await deriveAgain(database(), cidOf('result'));
      expect(await judged()).toBe(count);
    }
    expect(await isDue('result')).toBe(false);
  });

  it('are made for jobs of an older version', async () => {
    await writeRun(database(), 'quit-run', 'quit');
    await writeJobs(database(), [
      { id: 'finished', ...finished },
      { id: 'quit', status: 'stopped', run_id: 'quit-run' },
    ]);
    await saveContent(database(), cidOf('result'), flow());
    await database().pool.query('TRUNCATE result_facts');
    await settleAll(database(), never);
    expect(await isDue('result')).toBe(true);
    await deriveAgain(database(), cidOf('result'));
    expect(await outcomes(database())).toEqual({
      finished: 'success nobody completed',
      quit: 'quit host quit',
    });
  });
});
