import { generateKeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RPC_METHODS } from '../../src/rpc/registry.js';
import { SUBSCRIPTION_KINDS } from '../../src/subscriptions/kinds.js';
import { testSeed } from '../seed.js';
import { openSocket } from '../socket.js';
import { callRpc } from '../support.js';
import { createWallet } from '../wallet.js';
import { FUZZED_METHODS, FUZZED_SUBSCRIPTIONS } from './calls.js';
import { type Campaign, createCampaign } from './campaign.js';
import { FUZZED_CONTROLS } from './control-calls.js';
import { type LocalnetProcess, startLocalnetProcess } from './localnet-process.js';
import { type Stalled, stall } from './stalled.js';
import { createWorld } from './world.js';

const REQUESTS = 100_000;
/** Of these, how many go before memory is measured for the first time. */
const WARM_UP = REQUESTS / 5;
/** How much more memory the process may have after all requests than after the first fifth of them, in MiB. */
const MAX_HEAP_GROWTH = 16;
const MAX_RSS_GROWTH = 96;
const TIMEOUT_MS = 1_200_000;

describe('a localnet under hostile requests', () => {
  const seed = testSeed();
  let net: LocalnetProcess;
  let campaign: Campaign;
  let stalled: Stalled[];
  const rpc = (method: string, params: unknown[] = []) => callRpc(net.url, method, params);

  beforeAll(async () => {
    console.log(`fuzz: TEST_SEED=${seed}`);
    net = await startLocalnetProcess();
    campaign = createCampaign(net, await createWorld(net.url), seed);
    stalled = await stall(net.port);
  });
  afterAll(async () => {
    campaign.close();
    await net.remove();
  });

  it('is attacked through every method that it has', () => {
    const methods = [...RPC_METHODS.keys(), ...SUBSCRIPTION_KINDS.bySubscribe.keys()];
    expect([...FUZZED_METHODS, ...FUZZED_SUBSCRIPTIONS].sort()).toEqual(methods.sort());
  });

  it(
    'answers each of them properly, and neither ends nor grows',
    async () => {
      const healthy = { ended: null, complaints: [], problems: [] };
      const health = () => ({
        ended: net.ended(),
        complaints: net.complaints(),
        problems: campaign.problems(),
      });
      await campaign.run(WARM_UP);
      expect(health()).toEqual(healthy);
      const before = await net.memory();
      await campaign.run(REQUESTS);
      expect(health()).toEqual(healthy);
      const after = await net.memory();
      console.log('fuzz:', JSON.stringify({ sent: campaign.sent(), before, after }));
      expect(after.heap - before.heap).toBeLessThan(MAX_HEAP_GROWTH);
      expect(after.rss - before.rss).toBeLessThan(MAX_RSS_GROWTH);
    },
    TIMEOUT_MS,
  );

  it('took the right ones among them', () => {
    const methods = [...FUZZED_METHODS, ...FUZZED_SUBSCRIPTIONS, ...FUZZED_CONTROLS];
    expect(methods.filter((method) => !campaign.results().has(method))).toEqual([]);
  });

  it('cuts off clients that stop in the middle of a request', async () => {
    for (const connection of stalled) expect(await connection.verdict()).toBeNull();
  });

  it('goes on as if nothing had been', async () => {
    await rpc('localnet_setFaults', [null]);
    await rpc('localnet_resume');
    const [from, to] = [await generateKeyPairSigner(), await generateKeyPairSigner()];
    const socket = await openSocket(net.url.replace('http', 'ws'));
    const id = await socket.subscribe('accountSubscribe', [to.address, { commitment: 'confirmed' }]);
    expect((await rpc('requestAirdrop', [from.address, 1_000_000_000])).error).toBeUndefined();
    const wallet = createWallet({ rpc }, from);
    await wallet.send([
      getTransferSolInstruction({ source: from, destination: to.address, amount: 5_000_000 }),
    ]);
    expect(await socket.wait(id)).toMatchObject([{ value: { lamports: 5_000_000 } }]);
    socket.close();
    expect(await net.interrupt()).toBe(0);
    expect(net.complaints()).toEqual([]);
  });
});
