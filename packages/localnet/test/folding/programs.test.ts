import { createHash } from 'node:crypto';
import { type ChainTransaction, createNetworkFold, type NetworkSnapshot } from '@inferscan/protocol';
import { createKeyPairSignerFromPrivateKeyBytes, generateKeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/faults/random.js';
import { testSeed } from '../seed.js';
import { post, startTestNet, type TestNet } from '../support.js';
import { createWallet, type Wallet } from '../wallet.js';
import { NETWORK } from './calls.js';
import { historyOf, recordsOnChain } from './chain-records.js';
import { diceOf, playAtRandom } from './random-history.js';

const STAKERS = 5;
const ROUNDS = Number(process.env.TEST_ROUNDS ?? 50);
const seed = testSeed();

let test: TestNet;
let history: ChainTransaction[];
let onChain: Awaited<ReturnType<typeof recordsOnChain>>;

async function control(name: string, ...params: unknown[]): Promise<void> {
  const { error } = await test.rpc(`localnet_${name}`, params);
  if (error !== undefined) throw new Error(`${error.code} ${error.message}`);
}

async function rich(key: Wallet['key']): Promise<Wallet> {
  await post(
    `${test.net.url}/faucet`,
    JSON.stringify({ address: key.address, lamports: '1000000000', nos: '50000000' }),
  );
  return createWallet(test, key);
}

beforeAll(async () => {
  console.log(`folding: TEST_SEED=${seed}`);
  const admin = await createKeyPairSignerFromPrivateKeyBytes(
    createHash('sha256').update('inferscan localnet market admin').digest(),
  );
  test = await startTestNet({ control: true, marketAdmin: admin.address });
  const wallets = await Promise.all(
    Array.from({ length: STAKERS + 1 }, async () => rich(await generateKeyPairSigner())),
  );
  const [customer, ...stakers] = wallets;
  if (customer === undefined) throw new Error('no customer');
  const actors = { customer, stakers, admin: await rich(admin) };
  await control('pause');
  await control('step', 2);
  await playAtRandom(actors, diceOf(createRandom(seed, 'folding')), ROUNDS, {
    closeSlot: () => control('step'),
    wait: (seconds) => control('advanceClock', Number(seconds)),
  });
  await control('step', 3);
  history = await historyOf(test.rpc);
  onChain = await recordsOnChain(test.rpc);
});
afterAll(() => test.stop());

function fold(transactions: readonly ChainTransaction[], from?: NetworkSnapshot) {
  const network = createNetworkFold(NETWORK, from);
  const changes = transactions.map((tx) => network.apply(tx));
  return {
    changes,
    events: changes.flatMap(({ events }) => events),
    anomalies: changes.flatMap(({ anomalies }) => anomalies),
    snapshot: network.snapshot(),
  };
}

/** Of records by address those fields that the accounts have. */
function asOnChain(records: readonly { readonly address: string }[], like: Record<string, object>) {
  const fields = Object.keys(Object.values(like)[0] ?? {});
  return Object.fromEntries(
    records.map((record) => [
      record.address,
      Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name))),
    ]),
  );
}

describe('the fold of what the real programs did at random', () => {
  it('saw every instruction succeed and fail', () => {
    const { events } = fold(history);
    const names = (failed: boolean) =>
      new Set(events.filter((event) => event.failed === failed).map(({ instruction }) => instruction));
    const tried = 'topup extend enter sync claim close unstake withdraw restake'.split(' ');
    expect([...names(false)]).toEqual(
      expect.arrayContaining([...tried, 'stake', 'register', 'update', 'addFee']),
    );
    expect([...names(true)]).toEqual(expect.arrayContaining(tried));
    expect(events.some(({ instruction }) => instruction === 'unknown')).toBe(false);
  });

  it('knows every stake, share, pool and node as their accounts do, to the last digit', () => {
    const { snapshot, anomalies } = fold(history);
    expect(anomalies).toEqual([]);
    expect(asOnChain(snapshot.stakes, onChain.stakes)).toEqual(onChain.stakes);
    expect(asOnChain(snapshot.rewards, onChain.rewards)).toEqual(onChain.rewards);
    expect(asOnChain(snapshot.rewardPools, onChain.pools)).toEqual(onChain.pools);
    expect(asOnChain(snapshot.nodeRegistrations, onChain.registrations)).toEqual(onChain.registrations);
    expect(Object.keys(onChain.stakes).length).toBeGreaterThan(0);
    expect(Object.keys(onChain.registrations).length).toBeGreaterThan(0);
  });

  it('goes on from any point as if it had never stopped', () => {
    const whole = fold(history);
    for (let cut = 0; cut < history.length; cut += 17) {
      const before = fold(history.slice(0, cut));
      const after = fold(history.slice(cut), structuredClone(before.snapshot));
      expect(after.snapshot).toEqual(whole.snapshot);
      expect([...before.changes, ...after.changes]).toEqual(whole.changes);
    }
  });
});
