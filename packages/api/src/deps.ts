import type { Cluster } from '@inferscan/protocol';
import type { LiveHub } from './live/hub.js';
import type { Directory } from './read/directory.js';
import type { ReadIndex } from './read/index-reader.js';

/** What the browser is told about the chain it speaks to. */
export interface PublicConfig {
  rpcUrl: string;
  wsUrl: string;
  /** Faucet of a localnet; null where there is none. */
  faucetUrl: string | null;
}

/** Stores a JSON document; `pinJson` of @inferscan/storage's content client. */
export interface Pinning {
  pinJson(value: unknown): Promise<{ cid: string; digest: Uint8Array }>;
}

/** A token account's balance as the chain has it, base units; null where the account does not exist. */
export type ReadTokenBalance = (account: string, signal: AbortSignal) => Promise<bigint | null>;

/** Everything that the routers need from outside. */
export interface RouterDeps {
  read: ReadIndex;
  cluster: Cluster;
  config: PublicConfig;
  directory: Directory;
  pinning: Pinning;
  tokenBalance: ReadTokenBalance;
  live: LiveHub;
  /** Milliseconds since the epoch. */
  now: () => number;
}
