import type { Address } from '@solana/kit';
import type { ChainAccounts } from '../../src/fold/chain-accounts.js';
import { addr, digest, hexOf } from './addresses.js';
import { vaultName } from './program.js';
import type { World } from './world.js';

/** The accounts of the world's jobs program as they are now, in the form in which they are read from a chain. */
export function accountsOf({ program, balances, history }: World): ChainAccounts {
  const last = history.at(-1);
  const open = [...program.markets].filter(([, { isOpen }]) => isOpen);
  return {
    slot: last?.slot ?? 0n,
    blockTime: last?.blockTime ?? null,
    markets: open.map(([name, market]) => ({
      address: addr(name),
      authority: addr('market owner'),
      vault: addr(vaultName(name)),
      jobPrice: market.price,
      jobTimeout: 3_600n,
      jobExpiration: market.expiration,
      jobType: market.type,
      nodeAccessKey: addr('access key'),
      nodeXnosMinimum: 0n,
      queueType: market.queueType,
      queue: market.queue.map(addr),
    })),
    jobs: [...program.jobs].map(([name, job]) => ({
      address: addr(name),
      market: addr(job.market),
      project: addr(job.project),
      payer: addr(job.payer),
      price: job.price,
      timeout: job.timeout,
      definitionDigest: hexOf(digest(`definition of ${name}`)),
      resultDigest: job.result === null ? null : hexOf(digest(job.result)),
      state: job.state === 2 ? ('done' as const) : job.state === 3 ? ('stopped' as const) : ('open' as const),
      node: job.state === 2 && job.node !== null ? addr(job.node) : null,
      startedAt: job.state === 2 ? job.start : null,
      endedAt: job.state === 2 ? job.end : null,
    })),
    runs: [...program.runs].map(([name, { job, node, payer, start }]) => ({
      address: addr(name),
      job: addr(job),
      node: addr(node),
      payer: addr(payer),
      startedAt: start,
    })),
    stakes: [],
    registrations: [],
    pools: [],
    rewards: [],
    balances: new Map<Address, bigint>(
      open.map(([name]) => [addr(vaultName(name)), balances.get(addr(vaultName(name))) ?? 0n]),
    ),
  };
}
