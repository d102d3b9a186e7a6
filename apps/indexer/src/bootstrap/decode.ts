import type { ChainAccounts, JobAccountFields, NetworkConfig, QueueType } from '@inferscan/protocol';
import type { JobAccount } from '@nosana/jobs-program';
import type { Address } from '@solana/kit';

import { DONE, decodeJobsAccounts, digestText, queueTypeOf, resultOf } from '../reconcile/chain-records.js';
import { recordsOfPrograms } from '../reconcile/program-records.js';
import type { Fields, RecordKind } from '../reconcile/records.js';
import type { Moment } from './read-moment.js';

/** The accounts of a moment in the words of the fold. */
export function chainAccountsOf(
  network: NetworkConfig,
  { slot, accounts, balances }: Pick<Moment, 'slot' | 'accounts' | 'balances'>,
  blockTime: bigint | null,
): ChainAccounts {
  const { markets, jobs, runs } = decodeJobsAccounts(accounts.get(network.jobsProgram) ?? new Map());
  const of = (program: Address, kind: RecordKind): Account[] =>
    [...(recordsOfPrograms(accounts.get(program) ?? new Map())[kind] ?? [])].map(([address, fields]) =>
      reader(address, fields),
    );
  return {
    slot,
    blockTime,
    markets: [...markets].map(([address, market]) => ({
      address: address as Address,
      authority: market.authority,
      vault: market.vault,
      jobPrice: market.jobPrice,
      jobTimeout: market.jobTimeout,
      jobExpiration: market.jobExpiration,
      jobType: market.jobType,
      nodeAccessKey: market.nodeAccessKey,
      nodeXnosMinimum: market.nodeXnosMinimum,
      queueType: queueTypeIn(market.queueType),
      queue: market.queue,
    })),
    jobs: [...jobs].map(([address, job]) => jobFields(address as Address, job)),
    runs: [...runs].map(([address, { job, node, payer, time }]) => ({
      address: address as Address,
      job,
      node,
      payer,
      startedAt: time,
    })),
    stakes: of(network.stakingProgram, 'stake').map(({ address, key, number }) => ({
      address,
      owner: key('owner'),
      vault: key('vault'),
      amount: number('amount'),
      duration: number('duration'),
      timeUnstake: number('timeUnstake') === 0n ? null : number('timeUnstake'),
      xnos: number('xnos'),
    })),
    registrations: of(network.nodesProgram, 'registration').map(({ address, key, number, text }) => ({
      address,
      node: key('node'),
      audited: text('audited') === 'true',
      architecture: Number(number('architecture')),
      country: Number(number('country')),
      cpu: Number(number('cpu')),
      gpu: Number(number('gpu')),
      memory: Number(number('memory')),
      iops: Number(number('iops')),
      storage: Number(number('storage')),
      endpoint: text('endpoint'),
      icon: text('icon'),
      version: text('version'),
    })),
    pools: of(network.rewardsProgram, 'pool').map(({ address, key, number }) => ({
      address,
      vault: key('vault'),
      rate: number('rate'),
      totalReflection: number('totalReflection'),
      totalXnos: number('totalXnos'),
    })),
    rewards: of(network.rewardsProgram, 'reward').map(({ address, key, number }) => ({
      address,
      owner: key('owner'),
      reflection: number('reflection'),
      xnos: number('xnos'),
    })),
    balances: new Map([...balances].map(([vault, balance]) => [vault as Address, balance])),
  };
}

/** The vaults that the accounts name. */
export function vaultsIn(network: NetworkConfig, accounts: Moment['accounts']): string[] {
  const { markets, stakes, pools } = chainAccountsOf(
    network,
    { slot: 0n, accounts, balances: new Map() },
    null,
  );
  return [...markets, ...stakes, ...pools].map(({ vault }) => vault);
}

function queueTypeIn(type: number): QueueType {
  const word = queueTypeOf(type);
  return word === 'jobs' || word === 'nodes' ? word : 'empty';
}

function jobFields(address: Address, job: JobAccount): JobAccountFields {
  const isDone = job.state === DONE;
  return {
    address,
    market: job.market,
    project: job.project,
    payer: job.payer,
    price: job.price,
    timeout: job.timeout,
    definitionDigest: digestText(job.ipfsJob),
    resultDigest: resultOf(job.ipfsResult),
    state: isDone ? 'done' : job.state === 0 ? 'open' : 'stopped',
    // The account learns node and times only when the job is done.
    node: isDone ? job.node : null,
    startedAt: isDone ? job.timeStart : null,
    endedAt: isDone ? job.timeEnd : null,
  };
}

type Account = ReturnType<typeof reader>;

/** Fields that were read from an account, as what they stand for. */
function reader(address: string, fields: Fields) {
  const text = (name: string): string => fields[name] ?? '';
  return {
    address: address as Address,
    text,
    key: (name: string): Address => text(name) as Address,
    number: (name: string): bigint => BigInt(text(name)),
  };
}
