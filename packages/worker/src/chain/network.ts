import { type Cluster, type NetworkConfig, networkConfig } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { decodeMarket, RpcAccount } from './accounts.js';
import type { RpcClient } from './rpc.js';

const GENESIS: Readonly<Record<string, Cluster>> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d': 'mainnet',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: 'devnet',
};

/** Which public chain a genesis hash belongs to; every other chain is somebody's own. */
export function clusterOf(genesisHash: string): Cluster {
  return GENESIS[genesisHash] ?? 'localnet';
}

/** The chain behind an RPC, and the build of the network's programs that a market there belongs to. */
export interface DetectedNetwork {
  readonly cluster: Cluster;
  readonly genesisHash: string;
  readonly config: NetworkConfig;
}

/**
 * Finds out on which chain a market lies, and to which build of the network's programs it belongs.
 * @throws Error if there is no market at the address, TypeError if something else is
 */
export async function detectNetwork(
  client: RpcClient,
  market: Address,
  signal: AbortSignal,
): Promise<DetectedNetwork> {
  const [genesisHash, { value }] = await Promise.all([
    client.call((abortSignal) => client.rpc.getGenesisHash().send({ abortSignal }), signal),
    client.call(
      (abortSignal) =>
        client.rpc
          .getAccountInfo(market, { encoding: 'base64', commitment: 'processed' })
          .send({ abortSignal }),
      signal,
    ),
  ]);
  const cluster = clusterOf(genesisHash);
  const account = RpcAccount.nullable().parse(value);
  for (const build of ['mainnet', 'devnet'] as const) {
    const { jobsProgram } = networkConfig(build);
    if (account?.owner !== jobsProgram) continue;
    decodeMarket(market, account);
    // The build decides the addresses: a chain of somebody's own may run either.
    return { cluster, genesisHash, config: networkConfig(build) };
  }
  throw new Error(`there is no market at ${market} on this RPC (${cluster}, genesis ${genesisHash})`);
}
