import { readFile } from 'node:fs/promises';

import { FlowState, flowSummary, type InferenceSpec, inferenceDefinition } from '@inferscan/formats';
import { settlement } from '@inferscan/protocol';
import { cidFromDigest } from '@inferscan/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { JOB_DONE } from '../src/chain/accounts.js';
import { Earning } from '../src/state/earnings-file.js';
import { randomOf, startChaos } from './support/chaos.js';
import { type PostedJob, startNetwork, type TestNetwork, until } from './support/network.js';

/**
 * SOAK_JOBS=1000 is the long form, with kills, faults and forks all the time and a line of progress every five seconds;
 * SOAK_MINUTES=60 posts jobs for that long, whatever their number; SOAK_KILLS=0 lets the node live, so that its memory
 * can be watched; SOAK_LOG=FILE keeps what it says.
 */
const { SOAK_JOBS, SOAK_KILLS, SOAK_MINUTES, SOAK_SEED = '1' } = process.env;
const IS_LONG = SOAK_JOBS !== undefined || SOAK_MINUTES !== undefined;
const MINUTES = Number(SOAK_MINUTES ?? Number.POSITIVE_INFINITY);
const JOBS = Number(SOAK_JOBS ?? (SOAK_MINUTES ? Number.POSITIVE_INFINITY : 4));
const SEED = Number(SOAK_SEED);
const KILLS = Number(SOAK_KILLS ?? (IS_LONG ? Number.POSITIVE_INFINITY : 2));
/** Per job, for whatever has to happen to it on a busy machine. */
const PATIENCE_MS = 60_000;
const STOPPED = 3;
const AT_ONCE = 6;
const PRICE = 48n;

let network: TestNetwork;
beforeAll(async () => {
  network = await startNetwork();
});
afterAll(() => network.close());

const say = (line: string) => void (IS_LONG && process.stderr.write(`soak: ${line}\n`));

/** Most jobs take a moment; some a second, some are wrong, some run into their timeout. */
function someJob(random: () => number): { definition: unknown; timeout: bigint } {
  const asking = (inputs: number, change: object = {}) =>
    inferenceDefinition({
      model: 'arithmetic',
      task: 'text-generation',
      inputs: Array.from({ length: inputs }, () => `${2 + Math.floor(random() * 900)}*57`),
      params: { reasoning: true },
      ...change,
    } as InferenceSpec);
  const kind = random();
  if (kind < 0.7) return { definition: asking(1 + Math.floor(random() * 3)), timeout: 600n };
  if (kind < 0.85) return { definition: asking(150), timeout: 600n };
  if (kind < 0.95) return { definition: asking(1, { model: 'nobody-has-it' }), timeout: 600n };
  return { definition: asking(1000), timeout: 3n };
}

describe('a node that is killed again and again on a chain that fails', () => {
  it(
    'answers every job once, is paid once for each, and has the same in its books',
    async () => {
      const node = await network.createNode();
      const before = await network.balance(node.signer.address);
      const random = randomOf(SEED);
      const posted: PostedJob[] = [];
      const chaos = startChaos({ network, node, seed: SEED, kills: KILLS });
      try {
        let left = JOBS;
        const end = Date.now() + MINUTES * 60_000;
        /** Posts a job, waits for its end, posts the next. */
        const customer = async () => {
          while (left > 0 && Date.now() < end) {
            left -= 1;
            const { definition, timeout } = someJob(random);
            const posting = await network.post(definition, timeout).catch((error: unknown) => {
              // Its blockhash lay on a fork that was dropped.
              if (error instanceof Error && error.name === 'TransactionExpired') return null;
              throw error;
            });
            if (posting === null) left += 1;
            else {
              posted.push(posting);
              const answered = async () => {
                chaos.check();
                const job = await network.job(posting.job);
                return job === null || isOver(job);
              };
              await until('the job to be answered', answered, PATIENCE_MS * AT_ONCE);
            }
          }
        };
        const progress = setInterval(
          () =>
            say(
              `${posted.length} jobs posted, ${JSON.stringify(chaos.counts)}, node at ${chaos.rss.at(-1)} MB`,
            ),
          5_000,
        );
        await Promise.all(Array.from({ length: AT_ONCE }, customer)).finally(() => clearInterval(progress));
        await chaos.stop();
        say(`all answered, ${JSON.stringify(chaos.counts)}, node at most ${Math.max(...chaos.rss)} MB`);

        // What a late fork undid is answered again; then nothing changes any more.
        const stoppedAt = network.latestSlot();
        const jobs = await until(
          'the end of all jobs to be final',
          async () => {
            const final = await network.finalJobs(posted.map(({ job }) => job));
            return final.slot > stoppedAt && final.jobs.every((job) => job === null || isOver(job))
              ? final.jobs
              : null;
          },
          PATIENCE_MS * AT_ONCE,
        );
        const state = await until('the books to be complete', async () => {
          const found = await network.stateOf(node);
          return found && found.settling.length === 0 && found.current === null ? found : null;
        });
        expect(await chaos.leave()).toEqual({ code: 0, signal: null });

        const found = jobs.flatMap((job) => job ?? []);
        const done = found.filter((job) => job.state === JOB_DONE);
        const ends: Record<string, number> = {
          'given back': found.length - done.length,
          'lost by a fork': jobs.length - found.length,
        };
        let paid = 0n;
        for (const job of done) {
          expect(job.node).toBe(node.signer.address);
          paid += settlement.paid(job, { start: job.startedAt, end: job.endedAt });
          const flow = await network.content.fetchJson(cidFromDigest(job.resultDigest ?? new Uint8Array()));
          const { state: end, reason } = flowSummary(FlowState.parse(flow));
          expect(end === 'success' || typeof reason === 'string').toBe(true);
          ends[end] = (ends[end] ?? 0) + 1;
        }
        const earned = (await network.balance(node.signer.address)) - before;
        say(`${JSON.stringify(ends)}, earned ${earned} base units`);
        expect(earned).toBe(paid);
        expect(state.book).toEqual({ jobs: done.length, earned });
        const list = await readFile(`${node.stateDir}/${node.signer.address}/earnings.jsonl`, 'utf8');
        const entries = list
          .trimEnd()
          .split('\n')
          .map((line) => Earning.parse(JSON.parse(line)));
        expect(entries.map(({ job }) => job).sort()).toEqual(done.map(({ address }) => address).sort());
        expect(entries.reduce((sum, entry) => sum + BigInt(entry.earned), 0n)).toBe(earned);

        const kept = found.filter((job) => job.state === STOPPED).map((job) => PRICE * job.timeout);
        expect(await network.balance('vault')).toBe(kept.reduce((sum, deposit) => sum + deposit, 0n));
        if (KILLS === 0 && chaos.rss.length >= 60) expect(growth(chaos.rss)).toBeLessThan(1.25);
      } finally {
        await chaos.destroy();
      }
    },
    PATIENCE_MS * (JOBS < Number.POSITIVE_INFINITY ? Math.max(JOBS, 5) : MINUTES + 60),
  );
});

const isOver = ({ state, resultDigest }: { state: number; resultDigest: Uint8Array | null }): boolean =>
  state === STOPPED || (state === JOB_DONE && resultDigest !== null);

/** How much larger the median of the last quarter is than that of the second, when everything was loaded. */
function growth(rss: readonly number[]): number {
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const quarter = rss.length >> 2;
  return median(rss.slice(3 * quarter)) / median(rss.slice(quarter, 2 * quarter));
}
