import {
  associatedTokenAddress,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  stakeAddress,
} from '@inferscan/protocol';
import {
  getExtendInstruction,
  getRestakeInstruction,
  getStakeInstruction,
  getTopupInstruction,
  getUnstakeInstruction,
  getWithdrawInstruction,
} from '@nosana/stake-program';
import {
  AccountRole,
  type Address,
  getAddressEncoder,
  getProgramDerivedAddress,
  getU64Encoder,
  type Instruction,
} from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { NETWORK } from '../../src/genesis/network.js';
import { at, type Cast, stakeVaultAddress } from './cast.js';
import type { Draw } from './draw.js';
import type { Makers } from './general-instructions.js';

const network = NETWORK;

/** The accounts of a wallet's stake. */
async function stakeOf(cast: Cast, draw: Draw) {
  const authority = at(cast.wallets, draw.who);
  const owner = authority.address;
  const derive = async (program: Address, seed: string): Promise<Address> => {
    const seeds = [seed, getAddressEncoder().encode(owner)];
    const [found] = await getProgramDerivedAddress({ programAddress: program, seeds });
    return found;
  };
  return {
    authority,
    mint: network.nosMint,
    user: await associatedTokenAddress(owner, network.nosMint),
    stake: await stakeAddress(network, owner),
    vault: await stakeVaultAddress(owner),
    reward: await derive(network.rewardsProgram, 'reward'),
  };
}

const DAY = 86_400n;
const durationOf = (draw: Draw): bigint => at([14n, 20n, 365n, 366n], draw.key) * DAY;

/** The staking program. */
const STAKING: Makers = {
  stake: async (cast, draw) =>
    getStakeInstruction({
      ...(await stakeOf(cast, draw)),
      amount: draw.amount,
      duration: durationOf(draw),
    }),
  topup: async (cast, draw) => getTopupInstruction({ ...(await stakeOf(cast, draw)), amount: draw.amount }),
  extendStake: async (cast, draw) =>
    getExtendInstruction({ ...(await stakeOf(cast, draw)), duration: durationOf(draw) }),
  unstake: async (cast, draw) => getUnstakeInstruction(await stakeOf(cast, draw)),
  restake: async (cast, draw) => getRestakeInstruction(await stakeOf(cast, draw)),
  withdraw: async (cast, draw) => getWithdrawInstruction(await stakeOf(cast, draw)),
};

const [READ, WRITE, SIGN, PAY] = [
  AccountRole.READONLY,
  AccountRole.WRITABLE,
  AccountRole.READONLY_SIGNER,
  AccountRole.WRITABLE_SIGNER,
] as const;

/** An instruction of the rewards program, which has no published client. */
function rewards(
  discriminator: readonly number[],
  accounts: readonly (readonly [Address, AccountRole])[],
  args: Iterable<number> = [],
): Instruction {
  return {
    programAddress: network.rewardsProgram,
    accounts: accounts.map(([address, role]) => ({ address, role })),
    data: Uint8Array.from([...discriminator, ...args]),
  };
}

/** The rewards program: enter, add_fee and claim. */
const REWARDS: Makers = {
  enterRewards: async (cast, draw) => {
    const { stake, reward, authority } = await stakeOf(cast, draw);
    const reflection = await rewardsReflectionAddress(network);
    return rewards(
      [139, 49, 209, 114, 88, 91, 77, 134],
      [
        [reflection, WRITE],
        [stake, READ],
        [reward, WRITE],
        [authority.address, PAY],
        [SYSTEM_PROGRAM_ADDRESS, READ],
      ],
    );
  },
  addFee: async (cast, draw) => {
    const { user, authority } = await stakeOf(cast, draw);
    const [reflection, vault] = [await rewardsReflectionAddress(network), await rewardsVaultAddress(network)];
    return rewards(
      [67, 225, 189, 212, 253, 123, 76, 112],
      [
        [user, WRITE],
        [reflection, WRITE],
        [vault, WRITE],
        [authority.address, SIGN],
        [TOKEN_PROGRAM_ADDRESS, READ],
      ],
      getU64Encoder().encode(draw.amount),
    );
  },
  claimRewards: async (cast, draw) => {
    const { user, stake, reward, authority } = await stakeOf(cast, draw);
    const [reflection, vault] = [await rewardsReflectionAddress(network), await rewardsVaultAddress(network)];
    return rewards(
      [62, 198, 214, 193, 213, 159, 108, 210],
      [
        [user, WRITE],
        [vault, WRITE],
        [reflection, WRITE],
        [reward, WRITE],
        [stake, READ],
        [authority.address, PAY],
        [TOKEN_PROGRAM_ADDRESS, READ],
      ],
    );
  },
};

export const STAKE_KINDS: Makers = { ...STAKING, ...REWARDS };
