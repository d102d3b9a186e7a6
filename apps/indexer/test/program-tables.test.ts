import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import {
  type ChangeSet,
  chainPosition,
  type JobRecord,
  type NodeRegistrationRecord,
  networkConfig,
  type ProtocolEvent,
  type RewardPoolRecord,
  type RewardRecord,
  type StakeRecord,
} from '@inferscan/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { mergeChanges } from '../src/pipeline/merge.js';
import { createPostgresStore } from '../src/store/postgres-store.js';

const { nosMint: KEY, stakingProgram: STAKER } = networkConfig('localnet');
const MAX_U128 = 2n ** 128n - 1n;
const at = chainPosition(5n, 0, [0]);
const later = chainPosition(6n, 0, [0]);

const stake: StakeRecord = {
  id: `${KEY}@${at}`,
  address: KEY,
  owner: STAKER,
  vault: KEY,
  amount: 2n ** 64n - 1n,
  duration: 31_536_000n,
  timeUnstake: 1_790_000_000n,
  xnos: MAX_U128,
  vaultBalance: 7n,
  openedAt: 1_789_000_000n,
  openedPosition: at,
  closedAt: null,
  closedPosition: null,
  updatedPosition: at,
};
/** What is known of one that began before the folded history. */
const lateStake: StakeRecord = {
  ...stake,
  id: `${STAKER}@${at}`,
  address: STAKER,
  amount: null,
  duration: null,
  timeUnstake: null,
  xnos: null,
  openedAt: null,
  openedPosition: null,
};
const registration: NodeRegistrationRecord = {
  address: KEY,
  node: STAKER,
  audited: null,
  architecture: 255,
  country: 528,
  cpu: 65_535,
  gpu: 0,
  memory: 1,
  iops: 1,
  storage: 1,
  endpoint: 'http://ü',
  icon: '',
  version: '\uFFFD',
  registeredAt: null,
  registeredPosition: null,
  updatedAt: 1_789_000_000n,
  updatedPosition: at,
};
const pool: RewardPoolRecord = {
  address: KEY,
  vault: STAKER,
  rate: MAX_U128 / 10n ** 14n,
  totalReflection: MAX_U128,
  totalXnos: null,
  vaultBalance: 0n,
  feesAdded: 2n ** 64n,
  claimed: 3n,
  openedAt: null,
  updatedPosition: at,
};
const reward: RewardRecord = {
  id: `${KEY}@${at}`,
  address: KEY,
  owner: STAKER,
  reflection: MAX_U128,
  xnos: null,
  claimed: 3n,
  openedAt: null,
  openedPosition: null,
  closedAt: null,
  closedPosition: null,
  updatedPosition: at,
};
const job: JobRecord = {
  id: `${KEY}@${at}`,
  address: KEY,
  market: KEY,
  project: STAKER,
  payer: STAKER,
  node: null,
  runId: null,
  status: 'unqueued',
  definitionDigest: 'ab'.repeat(32),
  resultDigest: null,
  price: 777n,
  timeout: 60n,
  listedAt: null,
  startedAt: null,
  endedAt: null,
  deposited: 0n,
  paid: 0n,
  refunded: 0n,
  fees: 0n,
  listedSignature: 'signature',
  listedPosition: at,
  closedAt: null,
  updatedPosition: at,
  pricedPerJob: true,
};
const event: ProtocolEvent = {
  position: at,
  signature: 'signature',
  slot: 5n,
  index: 0,
  path: [0],
  blockTime: null,
  failed: false,
  program: 'staking',
  form: 'D',
  instruction: 'withdraw',
  accounts: { stake: KEY },
  args: {},
  market: null,
  job: null,
  run: null,
  node: STAKER,
  project: null,
  movements: [],
};

const none = mergeChanges([]);
const first: ChangeSet = {
  ...none,
  events: [event],
  jobs: [job],
  stakes: [lateStake, stake].sort((left, right) => (left.id < right.id ? -1 : 1)),
  nodeRegistrations: [registration],
  rewardPools: [pool],
  rewards: [reward],
};
const transaction = {
  signature: 'signature',
  slot: 5n,
  index: 0,
  blockTime: null,
  error: null,
  feePayer: KEY,
  fee: 0n,
  instructions: [],
  tokenBalances: [],
};

let database: TestDatabase;
let store: ReturnType<typeof createPostgresStore>;
beforeEach(async () => {
  database = await createTestDatabase();
  store = createPostgresStore({ database: database.database, cluster: 'localnet' });
  await store.open('genesis');
  await store.commit({ after: null, transactions: [transaction], changes: first, block: null });
});
afterEach(() => database.drop());

const inTables = ({ jobs, stakes, nodeRegistrations, rewardPools, rewards }: ChangeSet) => ({
  jobs,
  stakes,
  nodeRegistrations,
  rewardPools,
  rewards,
});

describe('the tables of the programs beside jobs', () => {
  it('give back what a fold needs to go on, to the largest number and to what is not known', async () => {
    expect(await store.snapshot()).toMatchObject(inTables(first));
  });

  it('say of every event which program it was, in which form', async () => {
    const { rows } = await database.database.pool.query('SELECT program, form, instruction, node FROM event');
    expect(rows).toEqual([{ program: 'staking', form: 'D', instruction: 'withdraw', node: STAKER }]);
  });

  it('keep what was closed, which a fold does not need', async () => {
    const closed = { closedAt: 9n, closedPosition: later, updatedPosition: later };
    const next = { ...transaction, signature: 'next', slot: 6n };
    const cursor = await store.cursor();
    await store.commit({
      after: cursor,
      transactions: [next],
      changes: { ...none, stakes: [{ ...stake, ...closed }], rewards: [{ ...reward, ...closed }] },
      block: { slot: 6n, blockhash: 'hash' },
    });
    expect(await store.snapshot()).toMatchObject({ stakes: [lateStake], rewards: [] });
    const { rows } = await database.database.pool.query('SELECT count(*) AS n FROM stake');
    expect(rows).toEqual([{ n: 2n }]);

    // A fork that drops the closing opens them again, to the last digit.
    await store.rollBack(5n);
    expect(await store.snapshot()).toMatchObject(inTables(first));
  });
});
