import {
  associatedTokenAddress,
  marketVault,
  networkConfig,
  nodeAccountAddress,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  stakeAddress,
} from '@inferscan/protocol';
import { type Address, getAddressEncoder, getProgramDerivedAddress } from '@solana/kit';

import type { Random } from './random.js';

/** The localnet runs the programs that a history can be checked against. */
export const NETWORK = networkConfig('localnet');

/** A NOS token account; null: it does not exist. */
export interface Tokens {
  readonly address: Address;
  readonly owner: Address;
  balance: bigint | null;
}

/** Who posts jobs. */
export interface Project {
  readonly address: Address;
  readonly tokens: Tokens;
}

export interface Node {
  readonly address: Address;
  readonly tokens: Tokens;
  /** Where it has its pay sent. */
  readonly earnings: Tokens;
  readonly stake: Address;
  readonly stakeVault: Tokens;
  readonly account: Address;
  readonly home: number;
  /** What it does; a node does one thing at a time here. */
  doing: 'nothing' | 'waiting' | 'running';
}

export interface Market {
  readonly address: Address;
  readonly vault: Tokens;
  readonly authority: Project;
  price: bigint;
  timeout: bigint;
  expiration: bigint;
  /** Those that wait: jobs or nodes, never both. */
  readonly jobs: Job[];
  readonly nodes: Node[];
  /** Accounts of jobs that are there. */
  readonly open: Set<Job>;
  state: 'open' | 'draining' | 'closed';
}

export interface Job {
  readonly address: Address;
  readonly market: Market;
  readonly project: Project;
  readonly price: bigint;
  timeout: bigint;
  /** As on chain: 0 queued or running, 2 done, 3 stopped. */
  state: 0 | 2 | 3;
  /** Until when it ran; for a job that is done. */
  end: bigint;
  hasResult: boolean;
  run: Run | null;
  node: Node | null;
}

export interface Run {
  readonly address: Address;
  readonly job: Job;
  readonly node: Node;
  readonly payer: Address;
  readonly start: bigint;
}

const key = (value: Address) => getAddressEncoder().encode(value);

/** Tokens of wallets that have enough of them. */
const WEALTH = 10n ** 15n;

async function wallet(address: Address): Promise<Tokens> {
  const tokens = await associatedTokenAddress(address, NETWORK.nosMint);
  return { address: tokens, owner: address, balance: WEALTH };
}

export async function newProject(random: Random): Promise<Project> {
  const address = random.address();
  return { address, tokens: await wallet(address) };
}

export async function newNode(random: Random, home: number): Promise<Node> {
  const address = random.address();
  const tokens = await wallet(address);
  const [vault] = await getProgramDerivedAddress({
    programAddress: NETWORK.stakingProgram,
    seeds: ['vault', key(NETWORK.nosMint), key(address)],
  });
  return {
    address,
    tokens,
    earnings: random.chance(0.1) ? await wallet(random.address()) : tokens,
    stake: await stakeAddress(NETWORK, address),
    stakeVault: { address: vault, owner: vault, balance: null },
    account: await nodeAccountAddress(NETWORK, address),
    home,
    doing: 'nothing',
  };
}

/** @param address that of a market that was closed, to use it again */
export async function newMarket(random: Random, authority: Project, address?: Address): Promise<Market> {
  const at = address ?? random.address();
  const vault = await marketVault(NETWORK, at);
  return {
    address: at,
    vault: { address: vault, owner: vault, balance: null },
    authority,
    price: BigInt(random.between(20, 400)),
    timeout: 7_200n,
    expiration: BigInt(random.between(300, 1_800)),
    jobs: [],
    nodes: [],
    open: new Set(),
    state: 'closed',
  };
}

export interface RewardsPool {
  readonly reflection: Address;
  readonly vault: Tokens;
}

export async function rewardsPool(): Promise<RewardsPool> {
  const vault = await rewardsVaultAddress(NETWORK);
  return {
    reflection: await rewardsReflectionAddress(NETWORK),
    vault: { address: vault, owner: vault, balance: null },
  };
}
