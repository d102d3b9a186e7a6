import { createHash } from 'node:crypto';
import type { Address } from '@solana/kit';
import { networkConfig } from '../../src/network/config.js';
import { addr } from './addresses.js';
import { type Call, callOf, type Effect } from './chain.js';

export const network = networkConfig('localnet');

const CONSTANTS: Readonly<Record<string, Address>> = {
  tokenProgram: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' as Address,
  systemProgram: '11111111111111111111111111111111' as Address,
  rent: 'SysvarRent111111111111111111111111111111111' as Address,
  mint: network.nosMint,
};

/** An account by its name: what the runtime and the network have fixed, else made up. */
export const accountNamed = (name: string): Address => CONSTANTS[name] ?? addr(name);

export const le = (value: bigint, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, place) => Number((value >> BigInt(8 * place)) & 255n));

export const text = (value: string): number[] => {
  const bytes = new TextEncoder().encode(value);
  return [...le(BigInt(bytes.length), 4), ...bytes];
};

export const discriminator = (snakeName: string): number[] => [
  ...createHash('sha256').update(`global:${snakeName}`).digest().subarray(0, 8),
];

const PROGRAMS = {
  jobs: network.jobsProgram,
  nodes: network.nodesProgram,
  staking: network.stakingProgram,
  rewards: network.rewardsProgram,
} as const;

/** A call of one of the programs from its name in the program's source, the names of its accounts and its arguments. */
export function rawCall(
  program: keyof typeof PROGRAMS,
  snakeName: string,
  accounts: string,
  args: readonly number[] = [],
  effects: readonly Effect[] = [],
): Call {
  return {
    ...callOf({ programAddress: PROGRAMS[program] }, effects),
    accounts: accounts.split(' ').map(accountNamed),
    data: Uint8Array.from([...discriminator(snakeName), ...args]),
  };
}
