import { address } from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { JOB_DONE, type Job, type Market, type Run } from '../src/chain/accounts.js';
import type { MarketOption } from '../src/lifecycle/choose-market.js';
import { decide, MAX_REFUSALS, type Situation, type Step } from '../src/lifecycle/decide.js';
import type { CurrentRun } from '../src/state/record.js';

const node = address('GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh');
const keys = [
  'So11111111111111111111111111111111111111112',
  'SysvarC1ock11111111111111111111111111111111',
  'SysvarRent111111111111111111111111111111111',
  'Stake11111111111111111111111111111111111111',
].map((text) => address(text));
const key = (index: number) => keys[index] ?? node;

const market: Market = {
  address: key(3),
  program: node,
  price: 1n,
  accessKey: node,
  xnosMinimum: 0n,
  waitingNodes: [],
  waitingJobs: 0,
};
const run: Run = { address: key(0), job: key(1), node, payer: node, startedAt: 0n };
const job: Job = {
  address: run.job,
  market: market.address,
  node,
  payer: key(2),
  project: key(2),
  price: 1n,
  timeout: 60n,
  state: JOB_DONE,
  definitionDigest: new Uint8Array(32),
  resultDigest: null,
  startedAt: 0n,
  endedAt: 0n,
};
const current: CurrentRun = { run: run.address, job: run.job, attempts: 1, refusals: 0, stage: 'executing' };
const option = (ahead: number | null, change: Partial<MarketOption> = {}): MarketOption => ({
  address: market.address,
  market,
  ahead,
  wanted: true,
  obstacle: null,
  ...change,
});
const situation = (change: Partial<Situation> = {}): Situation => ({
  markets: [option(null)],
  queue: { unmovedMs: 0, passedOver: new Set() },
  patienceMs: 60_000,
  runs: [],
  current: null,
  currentJob: null,
  node,
  orphans: new Set(),
  handedBack: null,
  draining: false,
  ...change,
});
const queued = { markets: [option(0)] };
const running = { runs: [run] };
const closed = { market: null, obstacle: { about: 'market', message: 'gone' } } as const;
const executed: CurrentRun = { ...current, stage: 'executed', flow: {} };
const abandoned: CurrentRun = { ...current, stage: 'abandoned' };
const handedBack = { job: key(1), option: option(null) };
const pinned: CurrentRun = { ...executed, stage: 'pinned', resultCid: 'Qm' };

describe('decide', () => {
  it.each<[string, Partial<Situation>, Step['do']]>([
    ['enters the market', {}, 'work'],
    ['waits in the queue', queued, 'wait'],
    ['waits where the market is gone', { markets: [option(null, closed)] }, 'wait'],
    ['takes its run', running, 'execute'],
    ['takes its run while draining', { ...running, draining: true }, 'execute'],
    ['leaves the queue when draining', { ...queued, draining: true }, 'leaveQueue'],
    ['exits when drained', { draining: true }, 'exit'],
    ['executes again after a crash', { ...running, current }, 'execute'],
    ['pins what it has', { ...running, current: executed }, 'pin'],
    ['finishes what it pinned', { ...running, current: pinned }, 'finish'],
    ['gives back what is refused', { ...running, current: { ...pinned, refusals: MAX_REFUSALS } }, 'quit'],
    [
      'forgets a run that settled',
      { current: pinned, currentJob: { ...job, resultDigest: new Uint8Array(32).fill(1) } },
      'forget',
    ],
    ['completes a job that was ended', { current: pinned, currentJob: job }, 'complete'],
    ['pins for a job that was ended', { current: executed, currentJob: job }, 'pin'],
    ['makes a result for a job that was ended', { current, currentJob: job }, 'recordEnd'],
    [
      'forgets what nobody takes',
      { current: { ...pinned, refusals: MAX_REFUSALS }, currentJob: job },
      'forget',
    ],
    ['forgets a job that is gone', { current }, 'forget'],
    [
      'forgets a job that another node did',
      { current: pinned, currentJob: { ...job, node: key(2) } },
      'forget',
    ],
    ['forgets a job back in the queue', { current, currentJob: { ...job, state: 0 } }, 'forget'],
    [
      'closes the old run before the next',
      { runs: [{ ...run, address: key(2) }], current: pinned, currentJob: job },
      'complete',
    ],
    ['hands back what it stopped', { ...running, current: abandoned, draining: true }, 'quit'],
    ['runs again what it stopped, when it is back', { ...running, current: abandoned }, 'execute'],
    ['forgets what it handed back', { current: abandoned, currentJob: { ...job, state: 3 } }, 'forget'],
    ['answers for a job that was ended first', { current: abandoned, currentJob: job }, 'recordEnd'],
    ['leaves the queue before it takes its run', { ...queued, ...running }, 'leaveQueue'],
    ['takes over what was handed back', { handedBack }, 'takeOver'],
    ['takes it over before it waits on', { ...queued, handedBack }, 'takeOver'],
    ['takes nothing over when draining', { ...queued, handedBack, draining: true }, 'leaveQueue'],
    [
      'forgets a run that it leaves alone, and takes the next',
      { ...running, current: pinned, currentJob: { ...job, state: 3 }, orphans: new Set([run.address]) },
      'forget',
    ],
    ['passes over a run without a job', { ...running, orphans: new Set([run.address]) }, 'work'],
  ])('%s', (_, change, expected) => {
    expect(decide(situation(change)).do).toBe(expected);
  });

  /**
   * A market with one node, as the program runs it. A step's effects on chain and disk can be cut off by a crash
   * in between, and the poster acts at any time.
   */
  it('answers every job once, whatever is cut off where', () => {
    type Life = { state: 'queued' | 'running' | 'ended' | 'finished'; results: number; refused: number };
    const events = fc.constantFrom('list', 'end', 'step', 'step', 'step', 'crash before', 'crash between');
    fc.assert(
      fc.property(fc.array(events, { maxLength: 120 }), (script) => {
        const jobs: Life[] = [];
        let inQueue = false;
        let doubleEntries = 0;
        let disk: CurrentRun | null = null;
        const addressOf = (index: number) => `job-${index}` as typeof node;
        const indexOf = (at: string) => Number(at.slice(4));

        const list = () => {
          const life: Life = { state: inQueue ? 'running' : 'queued', results: 0, refused: 0 };
          inQueue = false;
          jobs.push(life);
        };
        const work = () => {
          const first = jobs.find((life) => life.state === 'queued');
          if (first) first.state = 'running';
          else if (inQueue) doubleEntries += 1;
          else inQueue = true;
        };
        const look = (): Situation => {
          const runs = jobs.flatMap((life, index): Run[] =>
            life.state === 'running' ? [{ ...run, address: addressOf(index), job: addressOf(index) }] : [],
          );
          const life = disk ? jobs[indexOf(disk.job)] : undefined;
          const done = life?.state === 'ended' || life?.state === 'finished';
          const resultDigest = life && life.results > 0 ? new Uint8Array(32).fill(1) : null;
          return situation({
            markets: [option(inQueue ? 0 : null)],
            runs,
            current: disk,
            currentJob: life ? { ...job, state: done ? JOB_DONE : 0, resultDigest } : null,
          });
        };
        const act = (crash: 'before' | 'between' | 'never') => {
          const step = decide(look());
          if (crash === 'before') return step.do;
          const life = 'current' in step ? jobs[indexOf(step.current.job)] : undefined;
          if (step.do === 'work') work();
          if (step.do === 'finish' && life) {
            life.state = 'finished';
            life.results += 1;
          }
          if (step.do === 'complete' && life) life.results += 1;
          if (crash === 'between') return step.do;
          if (step.do === 'execute') {
            const attempts: number = disk?.run === step.run.address ? disk.attempts + 1 : 1;
            const begun: CurrentRun = { ...current, run: step.run.address, job: step.run.job, attempts };
            // The poster may end the job while it is executed.
            disk = attempts % 2 === 1 ? { ...begun, stage: 'executed' } : begun;
          }
          if (step.do === 'recordEnd') disk = { ...step.current, stage: 'executed' };
          if (step.do === 'pin') disk = { ...step.current, stage: 'pinned' };
          if (step.do === 'forget') disk = null;
          return step.do;
        };

        for (const event of script) {
          if (event === 'list') list();
          else if (event === 'end') {
            const life = jobs.find((candidate) => candidate.state === 'running');
            if (life) life.state = 'ended';
          } else act(event === 'step' ? 'never' : event === 'crash before' ? 'before' : 'between');
        }
        let steps = 0;
        while (act('never') !== 'wait') {
          steps += 1;
          if (steps > 10 * (jobs.length + 2)) throw new Error('it does not come to rest');
        }
        expect(doubleEntries).toBe(0);
        expect(jobs.filter((life) => life.state === 'queued' || life.state === 'running')).toEqual([]);
        // Ended before the node knew of the run: nothing to add. Otherwise exactly one result.
        for (const life of jobs) {
          if (life.state === 'finished') expect(life.results).toBe(1);
          else expect(life.results).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
