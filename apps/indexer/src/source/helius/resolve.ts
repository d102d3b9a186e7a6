import { type ChainTransaction, normalizeRpcTransaction, TransactionFormatError } from '@inferscan/protocol';

import type { RpcClient, SignatureEntry } from '../../rpc/client.js';
import type { TransactionFetcher } from '../fetch-transactions.js';
import type { HeliusEntry } from './pages.js';
import { placeInBlocks } from './places.js';

/** A transaction with what was answered for it; undefined where that is not at hand. */
export interface ResolvedTransaction {
  readonly transaction: ChainTransaction;
  readonly answer: unknown;
}

export interface ResolveDeps {
  readonly rpc: RpcClient;
  readonly fetcher: TransactionFetcher;
  /** Told how many of how many transactions Helius left out or garbled. */
  readonly onMissing: (missing: number, of: number) => void;
}

/** The transactions of a list, in chain order: those of Helius and, for whatever it lacks, those of the RPC. */
export async function resolveListed(
  { rpc, fetcher, onMissing }: ResolveDeps,
  listed: readonly SignatureEntry[],
  entries: ReadonlyMap<string, HeliusEntry>,
  signal: AbortSignal,
): Promise<ResolvedTransaction[]> {
  const resolved = listed.flatMap(({ signature, slot }) => {
    const entry = entries.get(signature);
    return entry === undefined || entry.slot !== slot ? [] : (readEntry(entry) ?? []);
  });
  const have = new Set(resolved.map(({ transaction }) => transaction.signature));
  const missing = listed.filter(({ signature }) => !have.has(signature));
  if (missing.length > 0) {
    onMissing(missing.length, listed.length);
    const fetched = await fetcher.fetch(await placeInBlocks(rpc, missing, signal), signal);
    resolved.push(...fetched.map((transaction) => ({ transaction, answer: undefined })));
  }
  return resolved.sort(({ transaction: left }, { transaction: right }) =>
    left.slot === right.slot ? left.index - right.index : Number(left.slot - right.slot),
  );
}

/** Null when it cannot be read as a transaction. */
function readEntry({ answer, index }: HeliusEntry): ResolvedTransaction | null {
  try {
    return { transaction: normalizeRpcTransaction(answer, { index }), answer };
  } catch (error) {
    if (!(error instanceof TransactionFormatError)) throw error;
    return null;
  }
}
