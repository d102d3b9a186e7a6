import { Keypair } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support.js';
import { ANCHOR_CLIENTS } from './client.js';
import { DIGEST, JOB_PRICE, playScenario, type Scenario } from './scenario.js';

const MARKET_OFFSET = 72;
const PROJECT_OFFSET = 176;
const STATE_OFFSET = 208;
/** Base58 of one byte that is 2: the state of a job that is done. */
const DONE = '3';

describe.each(ANCHOR_CLIENTS)('%s reads and writes by the IDL', (_name, anchor) => {
  let scene: Scenario;

  beforeAll(async () => {
    scene = await playScenario(anchor);
  });
  afterAll(() => scene.stop());

  it('reads the market that it opened', async () => {
    const read = await scene.owner.jobs.account('marketAccount').fetch(scene.market);
    expect(read).toMatchObject({ jobType: 1, queueType: 255, queue: [] });
    expect([read.jobPrice, read.jobTimeout, read.nodeXnosMinimum].map(String)).toEqual([
      String(JOB_PRICE),
      '3600',
      '1000000',
    ]);
    expect(String(read.authority)).toBe(scene.owner.address);
    expect(String(read.vault)).toBe(scene.vault);
  });

  it('finds jobs by market, project and state', async () => {
    const { poster, market } = scene;
    const [first, second] = [await scene.list(60), await scene.list(90)];
    const jobs = poster.jobs.account('jobAccount');
    const find = async (...filters: [number, string][]): Promise<string[]> => {
      const found = await jobs.all(filters.map(([offset, bytes]) => ({ memcmp: { offset, bytes } })));
      return found.map(({ publicKey }) => publicKey.toBase58());
    };
    const ours = await find([MARKET_OFFSET, market], [PROJECT_OFFSET, poster.address]);
    expect(new Set(ours)).toEqual(new Set([first.job, second.job]));
    expect(await find([MARKET_OFFSET, market], [STATE_OFFSET, DONE])).toEqual([]);
    expect(await find([PROJECT_OFFSET, scene.node.address])).toEqual([]);

    const missing = Keypair.generate().publicKey.toBase58();
    const read = await jobs.fetchMultiple([first.job, missing, second.job]);
    expect(read.map((job) => (job === null ? null : String(job.timeout)))).toEqual(['60', null, '90']);
    expect(await jobs.fetchNullable(missing)).toBeNull();
    await expect(jobs.fetch(missing)).rejects.toThrow(`Account does not exist or has no data ${missing}`);
    await expect(jobs.fetch(market)).rejects.toThrow('Invalid account discriminator');
  });

  it('follows a job from its listing to its result', async () => {
    const { node, poster, market, vault } = scene;
    await scene.list();
    for (const { account } of await poster.jobs.account('jobAccount').all()) {
      expect(account).toMatchObject({ ipfsJob: DIGEST, state: 0 });
    }
    const waiting = await scene.owner.jobs.account('marketAccount').fetch(market);
    expect(waiting.queueType).toBe(0);
    const [job = ''] = (waiting.queue as unknown[]).map(String);
    const run = await scene.work();
    const running = await node.jobs.account('runAccount').fetch(run);
    expect([running.job, running.node].map(String)).toEqual([job, node.address]);

    const jobs = poster.jobs.account('jobAccount');
    const result = DIGEST.toReversed();
    const finish = node.jobs.call(
      'finish',
      {
        job,
        run,
        market,
        vault,
        deposit: poster.nos,
        user: node.nos,
        payerRun: node.address,
        payerJob: poster.address,
        authority: node.address,
      },
      [result],
    );
    await finish.rpc();
    expect(await jobs.fetch(job)).toMatchObject({ state: 2, ipfsResult: result });
    expect(await node.jobs.account('runAccount').fetchNullable(run)).toBeNull();
    const done = await jobs.all([{ memcmp: { offset: STATE_OFFSET, bytes: DONE } }]);
    expect(done.map(({ publicKey }) => publicKey.toBase58())).toEqual([job]);
  });

  it('simulates, and leaves nothing behind', async () => {
    const { poster, test } = scene;
    const listed = await scene.list();
    const call = poster.jobs.call('delist', listed.delist);
    const { raw } = await call.simulate();
    expect(raw).toContain('Program log: Instruction: Delist');
    expect(raw.at(-1)).toBe(`Program ${poster.jobs.program.programId.toBase58()} success`);
    expect(await poster.jobs.account('jobAccount').fetchNullable(listed.job)).not.toBeNull();
    const signature = await call.rpc();
    expect(await poster.jobs.account('jobAccount').fetchNullable(listed.job)).toBeNull();

    const { result } = await test.rpc('getTransaction', [signature, { commitment: 'confirmed' }]);
    // It does what the simulation had said, call by call and unit by unit.
    expect((result as { meta: { logMessages: string[] } }).meta.logMessages).toEqual(raw);
  });

  it('follows an account', async () => {
    const { owner, market } = scene;
    const markets = owner.jobs.account('marketAccount');
    let seen: object | null = null;
    markets.subscribe(market).once('change', (account) => {
      seen = account;
    });
    // The subscription may not be there yet when the first job is listed.
    await until('a change of the market', async () => {
      await scene.list();
      return seen;
    });
    await markets.unsubscribe(market);
    expect(seen).toMatchObject({ queueType: 0, jobType: 1 });
  });

  it('follows the logs of the program, and finds no events in them: there are none', async () => {
    const { program, provider } = scene.poster.jobs;
    const told: { signature: string; logs: string[] }[] = [];
    const watching = provider.connection.onLogs(program.programId, (logs) => told.push(logs), 'confirmed');
    const sent: string[] = [];
    const [first] = await until('logs', async () => {
      sent.push((await scene.list()).signature);
      return told.length > 0 && told;
    });
    await provider.connection.removeOnLogsListener(watching);
    expect(sent).toContain(first?.signature);
    const logs = first?.logs ?? [];
    expect(logs).toContain('Program log: Instruction: List');
    expect([...new anchor.EventParser(program.programId, program.coder).parseLogs(logs)]).toEqual([]);
  });
});
