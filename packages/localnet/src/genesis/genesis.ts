import { buildOpen, NOS_DECIMALS, networkConfig, rewardsReflectionAddress } from '@inferscan/protocol';
import { getProgramDerivedAddress } from '@solana/kit';
import type { Chain } from '../chain/chain.js';
import type { Vm } from '../chain/vm.js';
import { addressBytes, mintAccount, reflectionAccount, vaultAccount, walletAccount } from './accounts.js';
import { faucetKey, marketAuthorityKey, marketKey } from './keys.js';
import { GENESIS_MARKETS } from './markets.js';
import type { Sender } from './sender.js';

/** 9 million SOL: as much as clients that read lamports into JavaScript numbers can still count exactly. */
const FAUCET_LAMPORTS = 9_000_000_000_000_000n;
const AUTHORITY_LAMPORTS = 100_000_000_000n;

/** The network of whose devnet build the localnet is a copy. */
export const NETWORK = networkConfig('localnet');

/**
 * Makes sure that the localnet has everything that clients find on the real network: the NOS mint, the
 * rewards pool that job instructions name, the faucet, and the markets, these opened by real transactions. What is there already stays as it is, so an interrupted first
 * start is completed by the next.
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
  const [vault, bump] = await getProgramDerivedAddress({
    programAddress: NETWORK.rewardsProgram,
    seeds: [addressBytes(NETWORK.nosMint)],
  });
  put(vault, vaultAccount(vault, NETWORK.nosMint, vm.rentExemption));
  put(
    await rewardsReflectionAddress(NETWORK),
    reflectionAccount(NETWORK.rewardsProgram, vault, bump, vm.rentExemption),
  );
  // The first slot has no blockhash before it: transactions can come only after it is closed.
  if (chain.slot('processed') === 0) await chain.advance();
  await openMarkets(chain, vm, sender);
}

async function openMarkets(chain: Chain, vm: Vm, sender: Sender): Promise<void> {
  const authority = await marketAuthorityKey();
  let opened = false;
  for (const { slug, terms } of GENESIS_MARKETS) {
    const market = await marketKey(slug);
    if (vm.account(market.address) !== null) continue;
    const open = await buildOpen({ network: NETWORK, market, authority, ...terms });
    await sender.send(authority, [open]);
    opened = true;
  }
  if (opened) await chain.advance();
}
