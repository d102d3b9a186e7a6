import type { AccountState } from './chain/types.js';
import type { Airdrop } from './faucet/faucet.js';
import type { Log } from './log.js';

export interface LocalnetOptions {
  /**
   * Folder of the chain's state and history, and of the content store; created when missing, continued when not.
   * Default: a temporary folder, which is removed when the localnet stops.
   */
  readonly dataDir?: string;
  /** Address to listen on. Default 127.0.0.1: this computer only. */
  readonly host?: string;
  /** HTTP port; 0 takes any free one. Default 8899. */
  readonly port?: number;
  /** Second port for websockets, which the HTTP port serves as well. Default port + 1, or any free one. */
  readonly wsPort?: number;
  /** Port of a content store beside the chain; 0 takes any free one. Default null: none. */
  readonly contentPort?: number | null;
  /** Bearer token that pinning needs; must be set when the content store listens beyond loopback. */
  readonly contentToken?: string;
  /** Milliseconds per slot, 10 to 60000. Default 400. */
  readonly slotMs?: number;
  /** Address that may sign the jobs program's admin instructions. Default: DEFAULT_MARKET_ADMIN of the programs package. */
  readonly marketAdmin?: string;
  /** ELF files by address: programs in place of the bundled ones or beside them. They are not kept in `dataDir`. */
  readonly programs?: ReadonlyMap<string, Uint8Array>;
  /** Accounts by address, put in place where the chain has none. */
  readonly accounts?: ReadonlyMap<string, AccountState>;
  /** What addresses hold at least when the localnet is up: what they lack is given to them. */
  readonly airdrops?: readonly Airdrop[];
  /**
   * Opens the control API (methods named `localnet_…`) to callers on this computer: clock, slots, snapshots, forks,
   * faults. Default false.
   */
  readonly control?: boolean;
  readonly log?: Log;
  /** Called when the chain cannot go on, which is when its disk fails. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Localnet {
  /** JSON-RPC over HTTP. */
  readonly url: string;
  readonly wsUrl: string;
  /** Pinata's API and the gateway at `/ipfs/CID`; null without a content store. */
  readonly contentUrl: string | null;
  /** Closes the open slot, writes it and stops. */
  close(): Promise<void>;
}
