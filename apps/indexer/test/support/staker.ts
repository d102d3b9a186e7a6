import { createHash } from 'node:crypto';

import {
  associatedTokenAddress,
  type NetworkConfig,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  SYSTEM_PROGRAM,
  stakeAddress,
  TOKEN_PROGRAM,
} from '@inferscan/protocol';
import {
  AccountRole,
  type Address,
  address,
  getAddressEncoder,
  getProgramDerivedAddress,
  getU64Encoder,
  getU128Encoder,
  type Instruction,
  type KeyPairSigner,
} from '@solana/kit';

const RENT = address('SysvarRent111111111111111111111111111111111');

const read = (account: Address) => ({ address: account, role: AccountRole.READONLY });
const write = (account: Address) => ({ address: account, role: AccountRole.WRITABLE });
const u64 = (value: bigint) => getU64Encoder().encode(value);

/** What somebody can do to a stake and a share of the fees. None of it names the jobs program. */
export type Staker = Awaited<ReturnType<typeof stakerOf>>;

export async function stakerOf(network: NetworkConfig, signer: KeyPairSigner) {
  const owner = signer.address;
  const derived = async (program: Address, first: string, ...keys: Address[]): Promise<Address> => {
    const seeds = [first, ...keys.map((key) => getAddressEncoder().encode(key))];
    return (await getProgramDerivedAddress({ programAddress: program, seeds }))[0];
  };
  const [user, stake, vault, reward, reflection, pool] = await Promise.all([
    associatedTokenAddress(owner, network.nosMint),
    stakeAddress(network, owner),
    derived(network.stakingProgram, 'vault', network.nosMint, owner),
    derived(network.rewardsProgram, 'reward', owner),
    rewardsReflectionAddress(network),
    rewardsVaultAddress(network),
  ]);
  const signed = { address: owner, role: AccountRole.WRITABLE_SIGNER, signer };
  const call =
    (programAddress: Address) =>
    (
      name: string,
      accounts: NonNullable<Instruction['accounts']>,
      ...args: Iterable<number>[]
    ): Instruction => ({
      programAddress,
      accounts,
      data: Uint8Array.from([
        ...createHash('sha256').update(`global:${name}`).digest().subarray(0, 8),
        ...args.flatMap((arg) => [...arg]),
      ]),
    });
  const [staking, rewards] = [call(network.stakingProgram), call(network.rewardsProgram)];
  return {
    signer,
    vault,
    stakeAccount: stake,
    stake: (amount: bigint, duration: bigint) =>
      staking(
        'stake',
        [
          read(network.nosMint),
          write(user),
          write(vault),
          write(stake),
          signed,
          read(SYSTEM_PROGRAM),
          read(TOKEN_PROGRAM),
          read(RENT),
        ],
        u64(amount),
        getU128Encoder().encode(duration),
      ),
    topup: (amount: bigint) =>
      staking('topup', [write(user), write(vault), write(stake), signed, read(TOKEN_PROGRAM)], u64(amount)),
    extend: (duration: bigint) => staking('extend', [write(stake), signed], u64(duration)),
    unstake: () => staking('unstake', [write(stake), read(reward), signed]),
    restake: () => staking('restake', [write(vault), write(stake), signed]),
    enter: () =>
      rewards('enter', [write(reflection), read(stake), write(reward), signed, read(SYSTEM_PROGRAM)]),
    claim: () =>
      rewards('claim', [
        write(user),
        write(pool),
        write(reflection),
        write(reward),
        read(stake),
        signed,
        read(TOKEN_PROGRAM),
      ]),
    leave: () => rewards('close', [write(reflection), write(reward), signed]),
    addFee: (amount: bigint) =>
      rewards(
        'add_fee',
        [write(user), write(reflection), write(pool), signed, read(TOKEN_PROGRAM)],
        u64(amount),
      ),
    /** Tokens into an account, as anybody may send them: a transaction that names no program of the network. */
    give: (to: Address, amount: bigint): Instruction => ({
      programAddress: TOKEN_PROGRAM,
      accounts: [write(user), write(to), signed],
      data: Uint8Array.from([3, ...u64(amount)]),
    }),
  };
}
