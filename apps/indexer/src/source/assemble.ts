import type { Address } from '@solana/kit';

import { openArchive } from '../archive/archive.js';
import { createArchiveSource } from '../archive/archive-source.js';
import { createArchivingSource } from '../archive/archiving.js';
import type { IndexerConfig } from '../config/environment.js';
import type { Log } from '../log.js';
import type { RpcClient } from '../rpc/client.js';
import type { ChainSource } from './chain-source.js';
import { createHeliusSource } from './helius/helius-source.js';
import { createSequence } from './history-source.js';

export interface AssembleOptions {
  readonly config: Pick<IndexerConfig, 'backfill' | 'archive'>;
  readonly rpc: RpcClient;
  /** Follows the chain over plain RPC. Whoever made it closes it. */
  readonly tip: ChainSource;
  /** What `tip` follows. */
  readonly addresses: readonly Address[];
  readonly genesisHash: string;
  readonly log: Log;
}

export interface AssembledSource {
  readonly source: ChainSource;
  /** Lets go of the archive. */
  close(): Promise<void>;
}

/**
 * Where history comes from, in the order in which it is had fastest: the archive, Helius, plain RPC. What comes over
 * the network is kept in the archive.
 * @throws ArchiveRefused when the folder is another chain's, or another process writes to it
 */
export async function assembleSource(options: AssembleOptions): Promise<AssembledSource> {
  const { config, rpc, tip, addresses, genesisHash, log } = options;
  const { archive: kept } = config;
  const helius = createHeliusSource({
    rpc,
    addresses,
    keepAnswers: kept?.detail === 'full',
    onTrouble: (error) => log.warn({ reason: error.message }, 'Helius and the lists do not agree'),
  });
  const network = config.backfill === 'helius' ? createSequence([helius], tip, addresses) : tip;
  if (kept === null) return { source: network, close: async () => {} };
  const archive = await openArchive({ dir: kept.dir, genesisHash, scope: addresses });
  const replay = createArchiveSource({
    dir: kept.dir,
    onDamage: ({ message }) => log.warn({ reason: message }, 'the archive is damaged; this is read again'),
  });
  const archiving = createArchivingSource(network, { archive, answers: kept.detail === 'full' });
  return { source: createSequence([replay], archiving, addresses), close: () => archive.close() };
}
