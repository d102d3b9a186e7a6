import { type Cluster, type NetworkConfig, networkConfig } from '@inferscan/protocol';
import type { Address } from '@solana/kit';
import { z } from 'zod';

import { decodeMarket, RpcAccount } from './accounts.js';
import { backoffMs, pause } from './retry.js';
import type { RpcClient } from './rpc.js';

const GENESIS: Readonly<Record<string, Cluster>> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d': 'mainnet',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: 'devnet',
};

/** Which public chain a genesis hash belongs to; every other chain is somebody's own. */
export function clusterOf(genesisHash: string): Cluster {
  return GENESIS[genesisHash] ?? 'localnet';
}

/** The build decides the addresses, whatever the chain: somebody's own may run either. */
const BUILDS = [networkConfig('mainnet'), networkConfig('devnet')];

/** The chain behind an RPC, and the build of the network's programs that a market there belongs to. */
export interface DetectedNetwork {
  readonly cluster: Cluster;
  readonly genesisHash: string;
  readonly config: NetworkConfig;
}

/** An RPC that lags behind has no market either: so often in a row it must say so. */
const ANSWERS_BELIEVED = 5;

/**
 * Finds out which chain an RPC has, and to which build of the network's programs the markets belong. Of several markets
 * some may be closed.
 * @throws Error if there is no market at any of the addresses, or they are of two builds; TypeError if something else is there
 */
export async function detectNetwork(
  client: RpcClient,
  markets: readonly Address[],
  signal: AbortSignal,
): Promise<DetectedNetwork> {
  const genesisHash = await client.call(
    (abortSignal) => client.rpc.getGenesisHash().send({ abortSignal }),
    signal,
  );
  const cluster = clusterOf(genesisHash);
  let { accounts, builds } = await readMarkets(client, markets, signal);
  for (let answers = 1; builds.length === 0 && answers < ANSWERS_BELIEVED; answers++) {
    await pause(backoffMs(answers), signal);
    ({ accounts, builds } = await readMarkets(client, markets, signal));
  }
  const [config] = builds;
  if (config === undefined) {
    const where = `on this RPC (${cluster}, genesis ${genesisHash})`;
    throw new Error(`there is no market at ${markets.join(' or ')} ${where}`);
  }
  if (builds.length > 1)
    throw new Error('the markets belong to two builds of the jobs program: run a node for each');
  for (const [index, market] of markets.entries()) {
    const account = accounts[index];
    if (account?.owner === config.jobsProgram) decodeMarket(market, account);
  }
  return { cluster, genesisHash, config };
}

/** The accounts at the addresses, and the builds whose programs own some of them. */
async function readMarkets(client: RpcClient, markets: readonly Address[], signal: AbortSignal) {
  const accounts = await client.call(async (abortSignal) => {
    const { value } = await client.rpc
      .getMultipleAccounts([...markets], { encoding: 'base64', commitment: 'processed' })
      .send({ abortSignal });
    const found = z.array(RpcAccount.nullable()).parse(value);
    if (found.length !== markets.length) throw new Error('the RPC left accounts out of its answer');
    return found;
  }, signal);
  const builds = BUILDS.filter(({ jobsProgram }) =>
    accounts.some((account) => account?.owner === jobsProgram),
  );
  return { accounts, builds };
}
