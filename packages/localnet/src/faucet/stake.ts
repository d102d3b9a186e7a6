import { stakeAddress } from '@inferscan/protocol';
import { getStakeAccountDecoder, getStakeAccountEncoder, type StakeAccount } from '@nosana/stake-program';
import {
  type Address,
  getProgramDerivedAddress,
  type Instruction,
  type TransactionSigner,
} from '@solana/kit';
import { getMintToInstruction } from '@solana-program/token';
import type { Chain } from '../chain/chain.js';
import type { Vm } from '../chain/vm.js';
import { addressBytes, programAccount, vaultAccount } from '../genesis/accounts.js';
import { NETWORK } from '../genesis/network.js';
import { FaucetError } from './error.js';

/** What a stake account says after a grant; amounts in NOS base units. */
export interface StakeGrant {
  readonly address: string;
  readonly vault: string;
  readonly amount: string;
  readonly durationSeconds: number;
  readonly xnos: string;
}

const STAKE_BYTES = 120;
const XNOS_PRECISION = 1_000_000_000_000_000n;
const XNOS_DIVISOR = 10_512_000n;

/** Voting weight of a stake: the amount, up to four times as much for a year's lock. All in base units and seconds. */
function xnosOf(amount: bigint, durationSeconds: bigint): bigint {
  return (((durationSeconds * XNOS_PRECISION) / XNOS_DIVISOR + XNOS_PRECISION) * amount) / XNOS_PRECISION;
}

/** The stake at `address`; null when there is none. @throws FaucetError when something else lies there */
export function readStake(vm: Vm, address: Address): StakeAccount | null {
  const account = vm.account(address);
  if (account === null) return null;
  // The control API puts whatever it is given at any address.
  if (account.owner !== NETWORK.stakingProgram || account.data.length < STAKE_BYTES) {
    throw new FaucetError(`the account at the stake's address ${address} is not a stake`);
  }
  return getStakeAccountDecoder().decode(account.data);
}

/**
 * Writes the stake account of `owner`, adding to a stake that is there. Only the owner could sign a `stake`
 * instruction, so the accounts are put in place directly; the staked NOS go into the stake's vault by the returned
 * instruction, which mints them.
 */
export async function grantStake(
  { chain, vm, faucet }: { chain: Chain; vm: Vm; faucet: TransactionSigner },
  owner: Address,
  stake: { readonly amount: bigint; readonly durationSeconds: number },
): Promise<{ grant: StakeGrant; deposit: Instruction }> {
  const address = await stakeAddress(NETWORK, owner);
  const [vault, vaultBump] = await getProgramDerivedAddress({
    programAddress: NETWORK.stakingProgram,
    seeds: ['vault', addressBytes(NETWORK.nosMint), addressBytes(owner)],
  });
  const old = readStake(vm, address);
  const amount = (old?.amount ?? 0n) + stake.amount;
  const asked = BigInt(stake.durationSeconds);
  const duration = old !== null && old.duration > asked ? old.duration : asked;
  const xnos = xnosOf(amount, duration);

  const data = new Uint8Array(STAKE_BYTES);
  data.set(
    getStakeAccountEncoder().encode({
      amount,
      authority: owner,
      duration,
      timeUnstake: 0n,
      vault,
      vaultBump,
      xnos,
    }),
  );
  chain.setAccount(address, programAccount(NETWORK.stakingProgram, data, vm.rentExemption));
  if (vm.account(vault) === null) {
    chain.setAccount(vault, vaultAccount(vault, NETWORK.nosMint, vm.rentExemption));
  }
  return {
    grant: {
      address,
      vault,
      amount: amount.toString(),
      durationSeconds: Number(duration),
      xnos: xnos.toString(),
    },
    deposit: getMintToInstruction({
      mint: NETWORK.nosMint,
      token: vault,
      mintAuthority: faucet,
      amount: stake.amount,
    }),
  };
}
