import { getJobAccountDecoder, getMarketAccountDecoder, getRunAccountDecoder } from '@nosana/jobs-program';
import {
  type Address,
  address,
  createNoopSigner,
  type Instruction,
  type TransactionSigner,
} from '@solana/kit';
import { expect } from 'vitest';
import { DEFAULT_MARKET_ADMIN } from '../../src/index.js';
import {
  nosAccountOf,
  putMint,
  putReflection,
  putStake,
  putTokenAccount,
  reflectionAddress,
  rewardsVaultAddress,
  stakeOf,
  tokensIn,
  vaultOf,
} from './accounts.js';
import { type AddressSource, createAddressSource, MINT, SYSTEM } from './addresses.js';
import { type Builders, createBuilders } from './builders.js';
import { type Chain, createChain, type Outcome } from './chain.js';

/** What every wallet holds at first, in NOS base units. */
export const WALLET_TOKENS = 1_000_000_000_000n;

export interface Wallet {
  readonly address: Address;
  readonly signer: TransactionSigner;
  /** Its NOS account. */
  readonly nos: Address;
}

export interface MarketTerms {
  readonly jobExpiration: bigint;
  readonly jobPrice: bigint;
  readonly jobTimeout: bigint;
  readonly jobType: number;
  readonly nodeXnosMinimum: bigint;
  readonly accessKey: Address;
}

const TERMS: MarketTerms = {
  jobExpiration: 86_400n,
  jobPrice: 100n,
  jobTimeout: 7_200n,
  jobType: 0,
  nodeXnosMinimum: 1_000n,
  accessKey: SYSTEM,
};

/** A chain with the mint and the rewards program's accounts, shared by the marketplaces of a test file. */
export interface Network {
  readonly chain: Chain;
  readonly addresses: AddressSource;
  readonly feePayer: Address;
  readonly reflection: Address;
  readonly rewardsVault: Address;
}

export async function createNetwork(chain: Chain = createChain()): Promise<Network> {
  const addresses = createAddressSource();
  const feePayer = addresses.next();
  chain.fund(feePayer, 1_000_000_000_000n);
  putMint(chain, MINT, addresses.next());
  const reflection = await reflectionAddress();
  const rewardsVault = await rewardsVaultAddress();
  putReflection(chain, reflection);
  putTokenAccount(chain, rewardsVault, { owner: rewardsVault });
  return { chain, addresses, feePayer, reflection, rewardsVault };
}

/** One market with its people: nothing is shared with other marketplaces but the network. */
export interface Marketplace {
  readonly network: Network;
  readonly chain: Chain;
  readonly terms: MarketTerms;
  readonly market: Address;
  readonly vault: Address;
  /** Authority of the market. */
  readonly authority: Wallet;
  /** Signs for jobs; pays for none. */
  readonly project: Wallet;
  /** Pays for jobs. */
  readonly payer: Wallet;
  readonly node: Wallet;
  /** Pays for the node's run accounts. */
  readonly sponsor: Wallet;
  readonly stranger: Wallet;
  readonly admin: TransactionSigner;
  /** Instructions with these people in their places. */
  readonly build: Builders;
  newNode(xnos?: bigint): Promise<Wallet>;
  /** Sends the instructions in one transaction. */
  send(...instructions: Instruction[]): Outcome;
  /** As send, and the transaction must succeed. */
  succeed(...instructions: Instruction[]): Outcome;
  marketState(): ReturnType<ReturnType<typeof getMarketAccountDecoder>['decode']>;
  jobState(job: Address): ReturnType<ReturnType<typeof getJobAccountDecoder>['decode']>;
  runState(run: Address): ReturnType<ReturnType<typeof getRunAccountDecoder>['decode']>;
  /** NOS of everybody and of the vault. */
  tokens(): Record<
    'authority' | 'project' | 'payer' | 'node' | 'sponsor' | 'stranger' | 'vault' | 'rewards',
    bigint
  >;
}

export async function createMarketplace(
  network: Network,
  terms: Partial<MarketTerms> = {},
): Promise<Marketplace> {
  const { chain, addresses } = network;
  const newWallet = async (): Promise<Wallet> => {
    const signer = addresses.signer();
    const nos = await nosAccountOf(signer.address);
    chain.fund(signer.address);
    putTokenAccount(chain, nos, { owner: signer.address, amount: WALLET_TOKENS });
    return { address: signer.address, signer, nos };
  };
  const newNode = async (xnos = 1_000n): Promise<Wallet> => {
    const wallet = await newWallet();
    putStake(chain, await stakeOf(wallet.address), wallet.address, xnos);
    return wallet;
  };
  const [authority, project, payer, sponsor, stranger] = [
    await newWallet(),
    await newWallet(),
    await newWallet(),
    await newWallet(),
    await newWallet(),
  ];
  const node = await newNode();
  const admin = createNoopSigner(address(DEFAULT_MARKET_ADMIN));
  chain.fund(admin.address);
  const marketSigner = addresses.signer();
  const market = marketSigner.address;
  const vault = await vaultOf(market);
  const allTerms = { ...TERMS, ...terms };
  const people = { authority, project, payer, node, sponsor, stranger, admin };
  const build = createBuilders({ ...people, network, terms: allTerms, market, marketSigner, vault });

  const send = (...instructions: Instruction[]) => chain.send(network.feePayer, instructions);
  const succeed = (...instructions: Instruction[]): Outcome => {
    const outcome = send(...instructions);
    expect(
      outcome.failure === undefined ? undefined : [outcome.failure, ...outcome.logs].join('\n'),
    ).toBeUndefined();
    return outcome;
  };
  succeed(build.open());

  return {
    ...people,
    network,
    chain,
    terms: allTerms,
    market,
    vault,
    build,
    newNode,
    send,
    succeed,
    marketState: () => getMarketAccountDecoder().decode(chain.dataOf(market)),
    jobState: (job) => getJobAccountDecoder().decode(chain.dataOf(job)),
    runState: (run) => getRunAccountDecoder().decode(chain.dataOf(run)),
    tokens: () => ({
      authority: tokensIn(chain, authority.nos),
      project: tokensIn(chain, project.nos),
      payer: tokensIn(chain, payer.nos),
      node: tokensIn(chain, node.nos),
      sponsor: tokensIn(chain, sponsor.nos),
      stranger: tokensIn(chain, stranger.nos),
      vault: tokensIn(chain, vault),
      rewards: tokensIn(chain, network.rewardsVault),
    }),
  };
}
