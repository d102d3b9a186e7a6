import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { createNosanaClient, NosanaNetwork } from '@nosana/kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { startTestChain, type TestChain } from '../support/chain.js';
import { recordsInTables, recordsOnChain } from '../support/compare-chain.js';
import { startIndexer } from '../support/indexing.js';
import { createLives, type Lives } from '../support/lives.js';
import { createRandom, testSeed } from '../support/random.js';
import { type AccountsOnlyView, createAccountsOnlyIndex } from './accounts-only.js';

const LIVES = Number(process.env.TEST_LIVES ?? 120);
const seed = testSeed();

/** What our tables tell of the same history. */
interface TablesView extends Omit<AccountsOnlyView, 'paid'> {
  readonly paid: bigint;
  readonly refunded: bigint;
  readonly deposited: bigint;
  readonly delisted: number;
  readonly recovered: number;
  readonly quits: number;
}

describe('an index of transactions beside one of accounts, of the same history', () => {
  let chain: TestChain;
  let database: TestDatabase;
  let lives: Lives;
  let ours: TablesView;
  /** Every notification arrived. */
  let best: AccountsOnlyView;
  /** Its connection was down for the first third of the history or more; sweeps before and after all of it. */
  let usual: AccountsOnlyView;

  beforeAll(async () => {
    console.log(`comparison: TEST_SEED=${seed}`);
    chain = await startTestChain(50, { control: true });
    database = await createTestDatabase();
    const client = () => {
      const kit = createNosanaClient(NosanaNetwork.DEVNET, {
        solana: { rpcEndpoint: chain.net.url, wsEndpoint: chain.net.wsUrl },
      });
      kit.logger.disable();
      return kit;
    };
    const [whole, holed] = [createAccountsOnlyIndex(client()), createAccountsOnlyIndex(client())];
    let down = false;
    const following = [await whole.follow(() => false), await holed.follow(() => down)];
    await Promise.all([whole.sweep(), holed.sweep()]);
    lives = await createLives(chain, createRandom(seed));
    const indexer = startIndexer({
      rpcUrl: chain.net.url,
      wsUrl: chain.net.wsUrl,
      databaseUrl: database.url,
    });
    // Down from the beginning, for a third of the lives, and until some of them have left no account.
    let heard = false;
    while (lives.listed < LIVES) {
      heard ||= lives.listed >= LIVES / 3 && (lives.counts.get('clean') ?? 0) >= 3;
      down = !heard;
      await lives.step();
    }
    await chain.confirmed(lives.lastSignature);
    await vi.waitFor(
      async () => {
        const { rowCount } = await database.database.pool.query(
          'SELECT FROM chain_transaction WHERE signature = $1',
          [lives.lastSignature],
        );
        expect(rowCount).toBe(1);
      },
      { timeout: 30_000, interval: 50 },
    );
    // Whatever a sweep can still find is found.
    await Promise.all([whole.sweep(), holed.sweep()]);
    for (const one of following) await one.stop();
    await indexer.stop();
    [ours, best, usual] = [await readTables(database), whole.view(), holed.view()];
    console.log(table(lives, ours, best, usual));
  }, 240_000);
  afterAll(async () => {
    await database.drop();
    await chain.stop();
  });

  const done = (name: string): number => lives.counts.get(name) ?? 0;

  it('knows every life and how it ended, and every base unit that moved', async () => {
    expect(ours.jobs).toBe(lives.listed);
    expect(ours.delisted).toBe(done('delist'));
    expect(ours.recovered).toBe(done('recover'));
    expect(ours.quits).toBe(done('quit') + done('quitAdmin'));
    expect(await recordsInTables(database.database)).toEqual(await recordsOnChain(chain));
  });

  it('tells of lives that an index of accounts has lost', () => {
    // Delisted jobs and addresses used again leave no row of their own.
    expect(best.jobs).toBeLessThan(ours.jobs);
    expect(best.jobs).toBeGreaterThan(0);
    // A job that one node quit stays stopped there when another has finished it or its money was taken back.
    expect(best.stopped).toBeGreaterThan(ours.stopped);
    expect(best.done).toBeLessThan(ours.done);
  });

  it('does not depend on notifications, which an index of accounts does', () => {
    // What was listed and closed while nobody listened is nowhere in the accounts.
    expect(usual.jobs).toBeLessThan(best.jobs);
    expect(ours.jobs).toBe(lives.listed);
  });
});

async function readTables({ database }: TestDatabase): Promise<TablesView> {
  const { rows } = await database.pool.query<Record<string, bigint>>(`
    SELECT count(*) AS jobs,
           count(*) FILTER (WHERE status IN ('queued', 'unqueued')) AS queued,
           count(*) FILTER (WHERE status = 'running') AS running,
           count(*) FILTER (WHERE status IN ('finished', 'ended')) AS done,
           count(*) FILTER (WHERE status = 'stopped') AS stopped,
           count(*) FILTER (WHERE status = 'delisted') AS delisted,
           count(*) FILTER (WHERE status = 'recovered') AS recovered,
           coalesce(sum(paid), 0) AS paid, coalesce(sum(refunded), 0) AS refunded,
           coalesce(sum(deposited), 0) AS deposited,
           (SELECT count(*) FROM run WHERE ended_by IN ('quit', 'quitAdmin')) AS quits
    FROM job`);
  const [row = {}] = rows;
  const number = (name: string): number => Number(row[name] ?? 0n);
  const money = (name: string): bigint => row[name] ?? 0n;
  return {
    jobs: number('jobs'),
    queued: number('queued'),
    running: number('running'),
    done: number('done'),
    stopped: number('stopped'),
    delisted: number('delisted'),
    recovered: number('recovered'),
    quits: number('quits'),
    paid: money('paid'),
    refunded: money('refunded'),
    deposited: money('deposited'),
  };
}

/** The table of docs/indexer-comparison.md. */
function table(lives: Lives, ours: TablesView, best: AccountsOnlyView, usual: AccountsOnlyView): string {
  const done = (...names: string[]): number =>
    names.reduce((sum, name) => sum + (lives.counts.get(name) ?? 0), 0);
  const rows: [string, ...(number | bigint | string)[]][] = [
    ['jobs listed', lives.listed, ours.jobs, best.jobs, usual.jobs],
    ['jobs done', '', ours.done, best.done, usual.done],
    ['jobs delisted', done('delist'), ours.delisted, 0, 0],
    ['jobs recovered', done('recover'), ours.recovered, 0, 0],
    ['runs quit', done('quit', 'quitAdmin'), ours.quits, '', ''],
    ['jobs stopped now', '', ours.stopped, best.stopped, usual.stopped],
    ['jobs running now', '', ours.running, best.running, usual.running],
    ['jobs queued now', '', ours.queued, best.queued, usual.queued],
    ['paid to nodes, base units', '', ours.paid, best.paid, usual.paid],
    ['deposited', '', ours.deposited, '', ''],
    ['refunded', '', ours.refunded, '', ''],
  ];
  const head = ['', 'made', 'transactions', 'accounts, all heard', 'accounts, a third unheard'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
