import { type Address, address } from '@solana/kit';
import { balanceOf } from '../events/token-movements.js';
import type { RewardPoolRecord, RewardRecord } from './program-records.js';
import type { FoldState } from './state.js';
import { accountOf, argOf, report, type Step, timeOf } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

// The pool's arithmetic, in the order in which the program does it. A number that is not known makes all that follow from
// it unknown too.

/** The program's one pool, at ["reflection"]; until 2022-09-21 its numbers lay in another account. */
const POOL: Address = address('6tjbAfNHnUusWLZqFznMKyBrjs1ZX92eyKwiUi2Bsg3x');
const TOTAL_SUPPLY = 10n ** 14n;
/** As high as it can be without the reflection of all tokens overflowing. */
const INITIAL_RATE = (2n ** 128n - 1n) / TOTAL_SUPPLY;

type Known = bigint | null;
const combine =
  (calculate: (left: bigint, right: bigint) => Known) =>
  (left: Known, right: Known): Known =>
    left === null || right === null ? null : calculate(left, right);
const plus = combine((left, right) => left + right);
const minus = combine((left, right) => left - right);
const times = combine((left, right) => left * right);
const over = combine((left, right) => (right === 0n ? null : left / right));

function savePool({ event, state, changes }: Step, record: RewardPoolRecord): RewardPoolRecord {
  const pool = { ...record, updatedPosition: event.position };
  state.rewardPools.set(pool.address, pool);
  changes.rewardPools.set(pool.address, pool);
  return pool;
}

function saveReward({ event, state, changes }: Step, record: RewardRecord): RewardRecord {
  const reward = { ...record, updatedPosition: event.position };
  if (reward.closedPosition === null) state.rewards.set(reward.address, reward);
  else state.rewards.delete(reward.address);
  changes.rewards.set(reward.id, reward);
  return reward;
}

const emptyPool = ({ event, balances }: Step, vault: Address): RewardPoolRecord => ({
  address: POOL,
  vault,
  rate: null,
  totalReflection: null,
  totalXnos: null,
  vaultBalance: balanceOf(balances, vault)?.before ?? 0n,
  feesAdded: 0n,
  claimed: 0n,
  openedAt: null,
  updatedPosition: event.position,
});

function poolOf(step: Step): RewardPoolRecord {
  const { event, state } = step;
  const known = state.rewardPools.get(POOL);
  const vault = event.accounts.vault ?? UNKNOWN_ADDRESS;
  if (!known) {
    report(step, 'the pool of the rewards program is not known: its history before this is missing');
    return savePool(step, emptyPool(step, vault));
  }
  if (known.vault !== UNKNOWN_ADDRESS || vault === UNKNOWN_ADDRESS) return known;
  return savePool(step, { ...known, vault, vaultBalance: balanceOf(step.balances, vault)?.before ?? 0n });
}

function lateReward(step: Step, account: Address): RewardRecord {
  report(step, `reward ${account} is not known: its history before this is missing`);
  const { event } = step;
  return {
    id: `${account}@${event.position}`,
    address: account,
    owner: event.node ?? UNKNOWN_ADDRESS,
    reflection: null,
    xnos: null,
    claimed: 0n,
    openedAt: null,
    openedPosition: null,
    closedAt: null,
    closedPosition: null,
    updatedPosition: event.position,
  };
}

/** The share that an event is about; of forms without names the account that is known as one. */
function rewardOf(step: Step): RewardRecord | null {
  const { state, event } = step;
  const named = event.accounts.reward;
  if (named !== undefined) return state.rewards.get(named) ?? lateReward(step, named);
  const known = Object.values(event.accounts).find((account) => state.rewards.has(account));
  return known === undefined ? null : (state.rewards.get(known) ?? null);
}

/** xNOS of the stake that an event names. */
function xnosNow(step: Step): Known {
  return step.state.stakes.get(accountOf(step.event, 'stake'))?.xnos ?? null;
}

/** Puts a share with `pending` tokens that are in the pool already into it. */
function enterPool(pool: RewardPoolRecord, xnos: Known, pending: Known): [RewardPoolRecord, Known] {
  const reflection = times(plus(xnos, pending), pool.rate);
  const totals = {
    totalReflection: plus(pool.totalReflection, reflection),
    totalXnos: plus(pool.totalXnos, xnos),
  };
  return [{ ...pool, ...totals }, reflection];
}

/** Takes a share out of the pool, with what was paid of it. */
const leavePool = (pool: RewardPoolRecord, reward: RewardRecord, paid: Known): RewardPoolRecord => ({
  ...pool,
  totalReflection: minus(pool.totalReflection, reward.reflection),
  totalXnos: minus(pool.totalXnos, plus(reward.xnos, paid)),
});

/** What fees have added to a share. */
const pendingOf = (pool: RewardPoolRecord, reward: RewardRecord): Known =>
  minus(over(reward.reflection, pool.rate), reward.xnos);

function init(step: Step): void {
  const { event } = step;
  const pool = emptyPool(step, accountOf(event, 'vault'));
  const numbers = { rate: INITIAL_RATE, totalReflection: 0n, totalXnos: 0n };
  savePool(step, { ...pool, ...numbers, openedAt: event.blockTime });
}

function enter(step: Step): void {
  const { event, state } = step;
  const account = accountOf(event, 'reward');
  if (state.rewards.has(account)) report(step, `reward ${account} is opened while it is open`);
  const xnos = xnosNow(step);
  const [pool, reflection] = enterPool(poolOf(step), xnos, 0n);
  savePool(step, pool);
  saveReward(step, {
    id: `${account}@${event.position}`,
    address: account,
    owner: accountOf(event, 'authority'),
    reflection,
    xnos,
    claimed: 0n,
    openedAt: event.blockTime,
    openedPosition: event.position,
    closedAt: null,
    closedPosition: null,
    updatedPosition: event.position,
  });
}

function addFee(step: Step): void {
  const pool = poolOf(step);
  const amount = BigInt(argOf(step.event, 'amount'));
  const totalXnos = plus(pool.totalXnos, amount);
  savePool(step, {
    ...pool,
    totalXnos,
    rate: over(pool.totalReflection, totalXnos),
    vaultBalance: pool.vaultBalance + amount,
    feesAdded: pool.feesAdded + amount,
  });
}

function claim(step: Step): void {
  const { event } = step;
  const [pool, reward] = [poolOf(step), rewardOf(step)];
  if (reward === null) return;
  const moved = event.movements.reduce(
    (sum, { from, amount }) => (from === pool.vault ? sum + amount : sum),
    0n,
  );
  const due = pendingOf(pool, reward);
  if (due !== null && due !== moved) {
    report(step, `reward ${reward.address} was paid ${moved}, its share is worth ${due}`);
  }
  // With nothing to pay the program changes nothing, not even the xNOS.
  if (moved === 0n) return;
  const xnos = xnosNow(step);
  const [entered, reflection] = enterPool(leavePool(pool, reward, moved), xnos, 0n);
  savePool(step, {
    ...entered,
    vaultBalance: pool.vaultBalance - moved,
    claimed: pool.claimed + moved,
  });
  saveReward(step, { ...reward, reflection, xnos, claimed: reward.claimed + moved });
}

/** Brings a share up to its stake, for anybody; what is pending stays in it. */
function sync(step: Step): void {
  const [pool, reward] = [poolOf(step), rewardOf(step)];
  if (reward === null) return;
  const xnos = xnosNow(step);
  const [entered, reflection] = enterPool(leavePool(pool, reward, 0n), xnos, pendingOf(pool, reward));
  savePool(step, entered);
  saveReward(step, { ...reward, reflection, xnos });
}

function close(step: Step): void {
  const { event } = step;
  const reward = rewardOf(step);
  if (reward === null) return;
  savePool(step, leavePool(poolOf(step), reward, 0n));
  saveReward(step, { ...reward, closedAt: timeOf(event), closedPosition: event.position });
}

/** What each instruction of the rewards program does; all others leave the pool as it is. */
export const REWARDS_HANDLERS: Readonly<Record<string, (step: Step) => void>> = {
  init,
  enter,
  addFee,
  claim,
  sync,
  close,
};

/** The pool, where an account holds its tokens. */
export function poolWithVault(state: FoldState, vault: Address): RewardPoolRecord | undefined {
  const pool = state.rewardPools.get(POOL);
  return pool?.vault === vault ? pool : undefined;
}

/** Takes over what the chain says of the pool's vault: anybody may send tokens there. */
export function setPoolVault(step: Step, vault: Address, balance: bigint): void {
  const pool = poolWithVault(step.state, vault);
  if (pool && pool.vaultBalance !== balance) savePool(step, { ...pool, vaultBalance: balance });
}
