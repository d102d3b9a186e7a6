import { createHash } from 'node:crypto';
import {
  associatedTokenAddress,
  networkConfig,
  nodeAccountAddress,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  stakeAddress,
} from '@inferscan/protocol';
import * as staking from '@nosana/stake-program';
import {
  AccountRole,
  type Address,
  address,
  getAddressEncoder,
  getProgramDerivedAddress,
  getU64Encoder,
  type Instruction,
  type KeyPairSigner,
} from '@solana/kit';
import { getTransferInstruction } from '@solana-program/token';

export const NETWORK = networkConfig('localnet');
const MINT = NETWORK.nosMint;
const SYSTEM = address('11111111111111111111111111111111');
const TOKEN = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');

async function derived(program: Address, ...seeds: [string, ...Address[]]): Promise<Address> {
  const [first, ...keys] = seeds;
  const [found] = await getProgramDerivedAddress({
    programAddress: program,
    seeds: [first, ...keys.map((key) => getAddressEncoder().encode(key))],
  });
  return found;
}

const head = (name: string) => createHash('sha256').update(`global:${name}`).digest().subarray(0, 8);
const read = (account: Address) => ({ address: account, role: AccountRole.READONLY });
const write = (account: Address) => ({ address: account, role: AccountRole.WRITABLE });
const signed = (signer: KeyPairSigner) => ({
  address: signer.address,
  role: AccountRole.WRITABLE_SIGNER,
  signer,
});

/** What somebody can do to a stake and a share of the fees. */
export interface Staker {
  readonly signer: KeyPairSigner;
  readonly stakeAccount: Address;
  readonly vault: Address;
  stake(amount: bigint, duration: bigint): Instruction;
  topup(amount: bigint): Instruction;
  extend(duration: bigint): Instruction;
  unstake(): Instruction;
  restake(): Instruction;
  withdraw(): Instruction;
  close(): Instruction;
  enter(): Instruction;
  claim(): Instruction;
  sync(): Instruction;
  leave(): Instruction;
  addFee(amount: bigint): Instruction;
  /** Tokens into somebody's vault, as anybody may send them. */
  give(to: Address, amount: bigint): Instruction;
}

export async function stakerOf(signer: KeyPairSigner): Promise<Staker> {
  const owner = signer.address;
  const [user, stake, vault] = [
    await associatedTokenAddress(owner, MINT),
    await stakeAddress(NETWORK, owner),
    await derived(NETWORK.stakingProgram, 'vault', MINT, owner),
  ];
  const [reward, reflection, pool] = [
    await derived(NETWORK.rewardsProgram, 'reward', owner),
    await rewardsReflectionAddress(NETWORK),
    await rewardsVaultAddress(NETWORK),
  ];
  const authority = signer;
  const rewards = (
    name: string,
    accounts: NonNullable<Instruction['accounts']>,
    args: Iterable<number> = [],
  ): Instruction => ({
    programAddress: NETWORK.rewardsProgram,
    accounts,
    data: Uint8Array.from([...head(name), ...args]),
  });
  return {
    signer,
    stakeAccount: stake,
    vault,
    stake: (amount: bigint, duration: bigint) =>
      staking.getStakeInstruction({ mint: MINT, user, vault, stake, authority, amount, duration }),
    topup: (amount: bigint) => staking.getTopupInstruction({ user, vault, stake, authority, amount }),
    extend: (duration: bigint) => staking.getExtendInstruction({ stake, authority, duration }),
    unstake: () => staking.getUnstakeInstruction({ stake, reward, authority }),
    restake: () => staking.getRestakeInstruction({ vault, stake, authority }),
    withdraw: () => staking.getWithdrawInstruction({ user, vault, stake, authority }),
    close: () => staking.getCloseInstruction({ user, stake, vault, authority }),
    enter: () =>
      rewards('enter', [write(reflection), read(stake), write(reward), signed(signer), read(SYSTEM)]),
    claim: () =>
      rewards('claim', [
        write(user),
        write(pool),
        write(reflection),
        write(reward),
        read(stake),
        signed(signer),
        read(TOKEN),
      ]),
    sync: () => rewards('sync', [write(reward), read(stake), write(reflection)]),
    leave: () => rewards('close', [write(reflection), write(reward), signed(signer)]),
    addFee: (amount: bigint) =>
      rewards(
        'add_fee',
        [write(user), write(reflection), write(pool), signed(signer), read(TOKEN)],
        getU64Encoder().encode(amount),
      ),
    give: (to: Address, amount: bigint) =>
      getTransferInstruction({ source: user, destination: to, authority: signer, amount }),
  };
}

/** What the network's admin may do. */
export interface Admin {
  readonly signer: KeyPairSigner;
  /** Slashed tokens go to the admin's own account. */
  settle(): Instruction;
  slash(staker: Staker, amount: bigint): Instruction;
  audit(node: Address, audited: boolean): Promise<Instruction>;
}

export async function adminOf(signer: KeyPairSigner): Promise<Admin> {
  const settings = await derived(NETWORK.stakingProgram, 'settings');
  const tokenAccount = await associatedTokenAddress(signer.address, MINT);
  return {
    signer,
    settle: () =>
      staking.getUpdateSettingsInstruction({
        newAuthority: signer.address,
        tokenAccount,
        settings,
        authority: signer,
      }),
    slash: ({ vault, stakeAccount }: Staker, amount: bigint) =>
      staking.getSlashInstruction({
        vault,
        stake: stakeAccount,
        tokenAccount,
        settings,
        authority: signer,
        amount,
      }),
    audit: async (node: Address, audited: boolean): Promise<Instruction> => ({
      programAddress: NETWORK.nodesProgram,
      accounts: [write(await nodeAccountAddress(NETWORK, node)), signed(signer)],
      data: Uint8Array.from([...head('audit'), Number(audited)]),
    }),
  };
}
