import type { Address } from '@solana/kit';
import type { ProtocolEvent } from '../events/event.js';
import { balanceOf } from '../events/token-movements.js';
import { xnosOf } from '../settlement/xnos.js';
import type { StakeRecord } from './program-records.js';
import type { FoldState } from './state.js';
import { accountOf, argOf, report, type Step, timeOf } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

function saveStake({ event, state, changes }: Step, record: StakeRecord): StakeRecord {
  const stake = { ...record, updatedPosition: event.position };
  if (stake.closedPosition === null) {
    state.stakes.set(stake.address, stake);
    if (stake.vault !== UNKNOWN_ADDRESS) state.stakeOfVault.set(stake.vault, stake.address);
  } else {
    state.stakes.delete(stake.address);
    state.stakeOfVault.delete(stake.vault);
  }
  changes.stakes.set(stake.id, stake);
  return stake;
}

/** Every change of amount, duration or unstaking gives a stake its xNOS anew. */
function changeStake(step: Step, stake: StakeRecord, change: Partial<StakeRecord>): void {
  const { amount, duration, timeUnstake } = { ...stake, ...change };
  const isStaked = timeUnstake === null;
  const isKnown = amount !== null && duration !== null;
  const xnos = isStaked ? (isKnown ? xnosOf({ amount, duration, isStaked }) : null) : 0n;
  saveStake(step, { ...stake, ...change, xnos });
}

function lateStake(step: Step, address: Address): StakeRecord {
  const { position } = step.event;
  report(step, `stake ${address} is not known: its history before this is missing`);
  return {
    id: `${address}@${position}`,
    address,
    owner: UNKNOWN_ADDRESS,
    vault: UNKNOWN_ADDRESS,
    amount: null,
    duration: null,
    timeUnstake: null,
    xnos: null,
    vaultBalance: 0n,
    openedAt: null,
    openedPosition: null,
    closedAt: null,
    closedPosition: null,
    updatedPosition: position,
  };
}

/** The stake that an event is about. Of forms without names it is the account that is known as one, or as the vault of one. */
function stakeOf(step: Step): StakeRecord | null {
  const { state, event } = step;
  const named = event.accounts.stake;
  if (named !== undefined) return state.stakes.get(named) ?? lateStake(step, named);
  for (const account of Object.values(event.accounts)) {
    const stake = state.stakes.get(account) ?? state.stakes.get(state.stakeOfVault.get(account) ?? account);
    if (stake) return stake;
  }
  return null;
}

/** What an event moved into a vault, less what it moved out. */
function movedInto(vault: Address, { movements }: ProtocolEvent): bigint {
  return movements.reduce(
    (sum, { from, to, amount }) => sum + (to === vault ? amount : 0n) - (from === vault ? amount : 0n),
    0n,
  );
}

/** What a made-up record did not know and the event names. */
function learned({ event, balances }: Step, stake: StakeRecord): StakeRecord {
  const owner = stake.owner === UNKNOWN_ADDRESS ? (event.node ?? UNKNOWN_ADDRESS) : stake.owner;
  const vault = event.accounts.vault;
  if (stake.vault !== UNKNOWN_ADDRESS || vault === undefined) return { ...stake, owner };
  return { ...stake, owner, vault, vaultBalance: balanceOf(balances, vault)?.before ?? 0n };
}

function withStake(change: (step: Step, stake: StakeRecord) => Partial<StakeRecord>): (step: Step) => void {
  return (step) => {
    const found = stakeOf(step);
    if (found === null) return;
    const known = learned(step, found);
    const stake = { ...known, vaultBalance: known.vaultBalance + movedInto(known.vault, step.event) };
    changeStake(step, stake, change(step, stake));
  };
}

const added = (value: bigint | null, more: bigint): bigint | null => (value === null ? null : value + more);

function stake(step: Step): void {
  const { event, state } = step;
  const [address, vault] = [accountOf(event, 'stake'), accountOf(event, 'vault')];
  if (state.stakes.has(address)) report(step, `stake ${address} is opened while it is open`);
  const opened: StakeRecord = {
    id: `${address}@${event.position}`,
    address,
    owner: accountOf(event, 'authority'),
    vault,
    amount: BigInt(argOf(event, 'amount')),
    duration: BigInt(argOf(event, 'duration')),
    timeUnstake: null,
    xnos: null,
    vaultBalance: (balanceOf(step.balances, vault)?.before ?? 0n) + movedInto(vault, event),
    openedAt: event.blockTime,
    openedPosition: event.position,
    closedAt: null,
    closedPosition: null,
    updatedPosition: event.position,
  };
  changeStake(step, opened, {});
}

/** What each instruction of the staking program does to a stake; all others leave stakes as they are. */
export const STAKING_HANDLERS: Readonly<Record<string, (step: Step) => void>> = {
  stake,
  topup: withStake(({ event }, { amount }) => ({ amount: added(amount, BigInt(argOf(event, 'amount'))) })),
  extend: withStake(({ event }, { duration }) => ({
    duration: added(duration, BigInt(argOf(event, 'duration'))),
  })),
  unstake: withStake(({ event }) => ({ timeUnstake: timeOf(event) })),
  // What was withdrawn meanwhile is no part of the stake any more.
  restake: withStake((_, { vaultBalance }) => ({ amount: vaultBalance, timeUnstake: null })),
  withdraw: withStake(() => ({})),
  claim: withStake(() => ({})),
  slash: withStake(({ event }, { amount }) => ({ amount: added(amount, -BigInt(argOf(event, 'amount'))) })),
  close: withStake(({ event }) => ({ closedAt: timeOf(event), closedPosition: event.position })),
};

/** The open stake whose tokens an account holds. */
export const stakeWithVault = (state: FoldState, vault: Address): StakeRecord | undefined =>
  state.stakes.get(state.stakeOfVault.get(vault) ?? vault);

/** Takes over what the chain says of a stake's vault: anybody may send tokens there in transactions that are not folded. */
export function setStakeVault(step: Step, vault: Address, balance: bigint): void {
  const stake = stakeWithVault(step.state, vault);
  if (stake && stake.vaultBalance !== balance) saveStake(step, { ...stake, vaultBalance: balance });
}
