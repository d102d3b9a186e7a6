import type { Address } from '@solana/kit';
import type { ChainTransaction, TokenBalanceChange } from '../../src/chain/transaction.js';
import { type Call, createChain, type Effect } from './chain.js';
import { accountNamed, le, rawCall } from './raw-call.js';

const START = 1_790_000_000n;

/** People who stake and share fees. Each word becomes a transaction with the transfers that the programs would make. */
export function createStakers() {
  const chain = createChain(START);
  const history: ChainTransaction[] = [];
  const vaults = new Map<Address, bigint>();
  let effects: Effect[] = [];
  let before = new Map<Address, bigint>();

  const move = (from: string, to: string, transfers: bigint) => {
    const sides = [accountNamed(from), accountNamed(to)] as const;
    for (const side of sides) {
      const balance = vaults.get(side) ?? 0n;
      if (!before.has(side)) before.set(side, balance);
      vaults.set(side, balance + (side === sides[0] ? -transfers : transfers));
    }
    effects.push({ transfers, from: sides[0], to: sides[1] });
  };
  const balances = (accounts: readonly Address[]): TokenBalanceChange[] =>
    [...new Set([...before.keys(), ...accounts])]
      .filter((account) => vaults.has(account))
      .map((account) => ({
        account,
        mint: accountNamed('mint'),
        owner: null,
        before: before.get(account) ?? vaults.get(account) ?? null,
        after: vaults.get(account) ?? null,
      }));
  const commit = (...made: Parameters<typeof rawCall>) => {
    const [program, name, accounts, args] = made;
    const call: Call = rawCall(program, name, accounts, args, effects);
    history.push(chain.tx([call], { tokenBalances: balances(call.accounts) }));
    effects = [];
    before = new Map();
  };

  return {
    history,
    now: chain.now,
    wait: chain.wait,
    vaultOf: (who: string) => vaults.get(accountNamed(`vault_of_${who}`)) ?? 0n,
    poolVault: () => vaults.get(accountNamed('pool_vault')) ?? 0n,
    /** Tokens that come into a vault in a transaction that nobody folds. */
    gift(account: string, amount: bigint) {
      vaults.set(accountNamed(account), (vaults.get(accountNamed(account)) ?? 0n) + amount);
    },
    stake(who: string, amount: bigint, duration: bigint) {
      move(`tokens_of_${who}`, `vault_of_${who}`, amount);
      commit(
        'staking',
        'stake',
        `mint tokens_of_${who} vault_of_${who} stake_of_${who} ${who} systemProgram tokenProgram rent`,
        [...le(amount, 8), ...le(duration, 16)],
      );
    },
    topup(who: string, amount: bigint) {
      move(`tokens_of_${who}`, `vault_of_${who}`, amount);
      commit(
        'staking',
        'topup',
        `tokens_of_${who} vault_of_${who} stake_of_${who} ${who} tokenProgram`,
        le(amount, 8),
      );
    },
    extend: (who: string, duration: bigint) =>
      commit('staking', 'extend', `stake_of_${who} ${who}`, le(duration, 8)),
    unstake: (who: string) => commit('staking', 'unstake', `stake_of_${who} reward_of_${who} ${who}`),
    restake: (who: string) => commit('staking', 'restake', `vault_of_${who} stake_of_${who} ${who}`),
    withdraw(who: string, amount: bigint) {
      move(`vault_of_${who}`, `tokens_of_${who}`, amount);
      commit('staking', 'withdraw', `tokens_of_${who} vault_of_${who} stake_of_${who} ${who} tokenProgram`);
    },
    slash(who: string, amount: bigint) {
      move(`vault_of_${who}`, 'fines', amount);
      commit(
        'staking',
        'slash',
        `vault_of_${who} stake_of_${who} fines settings auditor tokenProgram`,
        le(amount, 8),
      );
    },
    close: (who: string) =>
      commit('staking', 'close', `tokens_of_${who} stake_of_${who} vault_of_${who} ${who} tokenProgram`),
    init: () => commit('rewards', 'init', 'mint reflection pool_vault payer systemProgram tokenProgram rent'),
    enter: (who: string) =>
      commit('rewards', 'enter', `reflection stake_of_${who} reward_of_${who} ${who} systemProgram`),
    addFee(amount: bigint) {
      move('tokens_of_customer', 'pool_vault', amount);
      commit(
        'rewards',
        'add_fee',
        'tokens_of_customer reflection pool_vault customer tokenProgram',
        le(amount, 8),
      );
    },
    claim(who: string, amount: bigint) {
      if (amount > 0n) move('pool_vault', `tokens_of_${who}`, amount);
      commit(
        'rewards',
        'claim',
        `tokens_of_${who} pool_vault reflection reward_of_${who} stake_of_${who} ${who} tokenProgram`,
      );
    },
    sync: (who: string) => commit('rewards', 'sync', `reward_of_${who} stake_of_${who} reflection`),
    leave: (who: string) => commit('rewards', 'close', `reflection reward_of_${who} ${who}`),
    /** Tokens that the next call moves. */
    move,
    call: commit,
  };
}
