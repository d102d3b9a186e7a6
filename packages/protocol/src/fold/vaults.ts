import type { Address } from '@solana/kit';
import { chainPosition } from '../chain/position.js';
import type { ChainTransaction } from '../chain/transaction.js';
import type { TokenMovement } from '../events/event.js';
import { isAmong } from '../events/token-movements.js';
import type { AccountBalance } from './beside.js';
import { bookStray } from './booking.js';
import { poolWithVault, setPoolVault } from './rewards.js';
import { setStakeVault, stakeWithVault } from './stakes.js';
import type { FoldState } from './state.js';
import { type Changes, report, type Step } from './step.js';

type Balances = Step['balances'];

/** What folding takes of a transaction beside its events. */
export interface FoldedTransaction
  extends Pick<ChainTransaction, 'signature' | 'slot' | 'index' | 'blockTime'> {
  /** All token transfers, in execution order. */
  readonly movements: readonly TokenMovement[];
  readonly tokenBalances: readonly AccountBalance[];
}

/** A transaction being folded. */
export interface Folding {
  readonly tx: FoldedTransaction;
  readonly state: FoldState;
  readonly changes: Changes;
  readonly balances: Balances;
}

/** A step for what happens beside the calls of the network's programs. */
function besideCalls({ tx, ...folding }: Folding, path: TokenMovement['path']): Step {
  return {
    ...folding,
    event: {
      position: chainPosition(tx.slot, tx.index, path),
      signature: tx.signature,
      slot: tx.slot,
      index: tx.index,
      path,
      blockTime: tx.blockTime,
      failed: false,
      program: 'jobs',
      form: '',
      instruction: 'unknown',
      accounts: {},
      args: {},
      market: null,
      job: null,
      run: null,
      node: null,
      project: null,
      movements: [],
    },
  };
}

/** Whether a call of the jobs program made a transfer. */
const isBooked = ({ events }: Changes, movement: TokenMovement): boolean =>
  events.some(({ program, movements }) => program === 'jobs' && isAmong(movement, movements));

/** Enters transfers that touched a market's vault outside every call of the jobs program. */
export function bookStrays(folding: Folding): void {
  const { tx, state, changes } = folding;
  for (const movement of tx.movements) {
    const touchesVault = state.marketOfVault.has(movement.from) || state.marketOfVault.has(movement.to);
    if (!touchesVault || isBooked(changes, movement)) continue;
    bookStray(besideCalls(folding, movement.path), movement);
  }
}

/** What the chain says of a market's vault before and after must be what its transfers add up to. */
export function checkVaults(folding: Folding): void {
  const { tx, state, changes } = folding;
  for (const { account, before, after } of tx.tokenBalances) {
    const market = state.marketOfVault.get(account);
    if (market === undefined) continue;
    const moved = (after ?? 0n) - (before ?? 0n);
    let booked = 0n;
    for (const entry of changes.ledger) if (entry.market === market) booked += entry.vaultDelta;
    if (moved !== booked) {
      const step = besideCalls(folding, [0]);
      report(step, `vault of market ${market} changed by ${moved}, its transfers add up to ${booked}`);
    }
  }
}

/** Whether a transaction touches the vault of a stake or of rewards, as far as they are known. */
export const holdsOthers = ({ tx, state }: Folding): boolean =>
  tx.tokenBalances.some(({ account }) => isOthersVault(state, account));

/** Whether an account is known as the vault of a stake or of rewards. */
const isOthersVault = (state: FoldState, account: Address): boolean =>
  stakeWithVault(state, account) !== undefined || poolWithVault(state, account) !== undefined;

/**
 * Takes over what the chain says of the vaults of stakes and rewards, which have no ledger: before a transaction, because
 * anybody may have sent tokens there unseen, and after it.
 */
export function setVaults(folding: Folding, moment: 'before' | 'after'): void {
  const { tx, state } = folding;
  for (const balance of tx.tokenBalances) {
    const { account } = balance;
    const told = balance[moment] ?? 0n;
    const differs = (known: { readonly vaultBalance: bigint } | undefined): boolean =>
      known !== undefined && known.vaultBalance !== told;
    if (!differs(stakeWithVault(state, account)) && !differs(poolWithVault(state, account))) continue;
    const step = besideCalls(folding, [0]);
    setStakeVault(step, account, told);
    setPoolVault(step, account, told);
  }
}
