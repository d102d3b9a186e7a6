import { buildOpen, NOS_DECIMALS } from '@inferscan/protocol';
import type { Chain } from '../chain/chain.js';
import type { AccountState } from '../chain/types.js';
import type { Vm } from '../chain/vm.js';
import { mintAccount, walletAccount } from './accounts.js';
import { initRewards, initStaking } from './init-instructions.js';
import { faucetKey, marketAuthorityKey, marketKey } from './keys.js';
import { GENESIS_MARKETS } from './markets.js';
import { NETWORK } from './network.js';
import type { Sender } from './sender.js';

/** 9 million SOL: as much as clients that read lamports into JavaScript numbers can still count exactly. */
const FAUCET_LAMPORTS = 9_000_000_000_000_000n;
const AUTHORITY_LAMPORTS = 100_000_000_000n;

/**
 * Puts accounts in place where the chain has none.
 *
 * @throws Error that names the account which the virtual machine does not take.
 */
export function putAccounts(chain: Chain, accounts: ReadonlyMap<string, AccountState>): void {
  // Accounts that hold programs go last: loading a program needs its data account.
  const ordered = [...accounts].sort(([, a], [, b]) => Number(a.executable) - Number(b.executable));
  for (const [address, state] of ordered) {
    if (chain.account(address, 'processed') !== null) continue;
    try {
      chain.setAccount(address, state);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The account ${address} cannot be put in place: ${reason}`, { cause: error });
    }
  }
}

/**
 * Makes sure that the localnet has everything that clients find on the real network: the NOS mint, the faucet, and by
 * real transactions the rewards pool, the staking settings and the markets. What is there already stays as it is, so
 * an interrupted first start is completed by the next.
 */
export async function ensureGenesis(chain: Chain, vm: Vm, sender: Sender): Promise<void> {
  const faucet = await faucetKey();
  const authority = await marketAuthorityKey();
  const put = (address: string, state: Parameters<Chain['setAccount']>[1]): void => {
    if (vm.account(address) === null) chain.setAccount(address, state);
  };
  put(faucet.address, walletAccount(FAUCET_LAMPORTS));
  put(authority.address, walletAccount(AUTHORITY_LAMPORTS));
  put(NETWORK.nosMint, mintAccount(faucet.address, NOS_DECIMALS, vm.rentExemption));
  // The first slot has no blockhash before it: transactions can come only after it is closed.
  if (chain.slot('processed') === 0) await chain.advance();
  try {
    await initPrograms(vm, sender);
    await openMarkets(vm, sender);
  } catch (error) {
    // The bundled programs take their own genesis; what was put in place of them, or of their accounts, may not.
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The genesis of the network failed: ${reason}`, { cause: error });
  }
}

async function initPrograms(vm: Vm, sender: Sender): Promise<void> {
  const payer = await faucetKey();
  for (const { account, instruction } of [await initRewards(payer), await initStaking(payer)]) {
    if (vm.account(account) === null) await sender.send(payer, [instruction]);
  }
}

async function openMarkets(vm: Vm, sender: Sender): Promise<void> {
  const authority = await marketAuthorityKey();
  for (const { slug, terms } of GENESIS_MARKETS) {
    const market = await marketKey(slug);
    if (vm.account(market.address) !== null) continue;
    const open = await buildOpen({ network: NETWORK, market, authority, ...terms });
    await sender.send(authority, [open]);
  }
}
