import type { EventRow, LedgerRow, RunRow } from '@inferscan/api/client';
import { describe, expect, it } from 'vitest';
import { jsonParts } from '../src/components/json-parts';
import { endingOf, jobState, lifeOf, ordinal } from '../src/features/jobs/lib/state';
import { storyStep } from '../src/features/jobs/lib/story';
import { shortCpu, successText } from '../src/features/nodes/lib/words';

const told = {
  status: 'queued',
  resultState: null,
  resultReason: null,
  queuePosition: null,
  queueLength: null,
} as const;

describe('a job’s state', () => {
  it.each([
    [{ ...told, queuePosition: 2, queueLength: 7 }, 'waiting', 'Waiting, 2nd of 7'],
    [{ ...told, status: 'running' as const }, 'running', 'Running'],
    [{ ...told, status: 'finished' as const }, 'done', 'Finished'],
    [{ ...told, status: 'finished' as const, resultState: 'success' as const }, 'done', 'Done'],
    [{ ...told, status: 'finished' as const, resultState: 'failed' as const }, 'failed', 'Failed'],
    [{ ...told, status: 'ended' as const }, 'done', 'Ended early'],
    [{ ...told, status: 'done' as const }, 'done', 'Done'],
    [{ ...told, status: 'done' as const, resultState: 'failed' as const }, 'failed', 'Failed'],
    [{ ...told, status: 'stopped' as const }, 'failed', 'Node quit'],
    [{ ...told, status: 'delisted' as const }, 'done', 'Taken back'],
  ])('is a look and a word', (job, look, word) => {
    expect(jobState(job)).toMatchObject({ look, word });
  });

  it('does not say that its node finished it where nobody knows', () => {
    expect(jobState({ ...told, status: 'done' }).why).not.toContain('node');
    expect(endingOf('done')).not.toContain('node');
  });

  it('that is over has an end even where the chain gave no time', () => {
    const times = { listedAt: 10, startedAt: 12, endedAt: null, timeout: 60 };
    expect(lifeOf({ status: 'finished', ...times }).endedAt).toBe(12);
    expect(lifeOf({ status: 'running', ...times }).endedAt).toBeNull();
  });

  it('counts places as people do', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '102nd',
      '111th',
    ]);
  });
});

describe('the story of a job', () => {
  const event: EventRow = {
    position: 'p',
    signature: 's1',
    slot: 1n,
    blockTime: 1,
    finality: 'confirmed',
    failed: false,
    instruction: 'list',
    accounts: {},
    args: { timeout: '300' },
    market: 'm',
    job: 'j',
    run: null,
    node: null,
    project: 'p',
  };
  const entry = (kind: LedgerRow['kind'], amount: bigint, signature = 's1') =>
    ({ kind, amount, signature }) as unknown as LedgerRow;
  const run = { node: 'n', startedSignature: 's1' } as unknown as RunRow;

  it('says what was listed and who took it', () => {
    expect(
      storyStep(event, { ledger: [entry('deposit', 6n), entry('deposit', 9n, 's2')], runs: [run] }),
    ).toEqual({
      look: 'running',
      parts: [
        'Listed with ',
        { amount: 6n },
        ' in escrow',
        ' for at most 5 min',
        ', started at once on node ',
        { node: 'n' },
      ],
    });
  });

  it('says where the money went', () => {
    const finish = { ...event, instruction: 'finish' as const };
    expect(storyStep(finish, { ledger: [entry('payout', 2n), entry('refund', 4n)], runs: [] }).parts).toEqual(
      [
        'Finished by its node',
        ': ',
        { amount: 2n },
        ' to the node',
        ', ',
        { amount: 4n },
        ' back to the poster',
      ],
    );
  });

  it('says that a failed transaction changed nothing', () => {
    const failed = { ...event, instruction: 'end' as const, failed: true };
    expect(storyStep(failed, { ledger: [], runs: [] })).toEqual({
      look: 'failed',
      parts: ['Tried to end it; the transaction failed and changed nothing'],
    });
  });
});

describe('words about nodes', () => {
  it('give a rate with its interval and sample', () => {
    expect(successText({ rate: 23 / 24, lower: 0.797, upper: 0.993, trials: 24 })).toEqual({
      rate: '96 %',
      interval: '80 to 99 %',
      sample: '24 runs',
    });
  });

  it('leave the noise out of a CPU’s name', () => {
    expect(shortCpu('Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz')).toBe('Intel Xeon E5-2680 v4');
    expect(shortCpu('AMD EPYC')).toBe('AMD EPYC');
  });
});

it('splits JSON without losing a letter', () => {
  const text = JSON.stringify({ a: [1, -2.5e3, true, null, 'x "y": 3'], 'b"c': {} }, null, 2);
  const parts = jsonParts(text);
  expect(parts.map((part) => part.text).join('')).toBe(text);
  expect(parts.filter((part) => part.kind === 'key').map((part) => part.text)).toEqual(['"a"', '"b\\"c"']);
});
