import { normalizeRpcTransaction, TransactionFormatError } from '@inferscan/protocol';

import type { RpcClient, SignatureEntry } from '../../rpc/client.js';
import type { FetchedTransaction, TransactionFetcher } from '../fetch-transactions.js';
import { placeInBlock } from '../places.js';
import type { PlacedSignature } from '../slots.js';
import type { HeliusEntry } from './pages.js';

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
): Promise<FetchedTransaction[]> {
  const resolved = listed.flatMap(({ signature, slot }) => {
    const entry = entries.get(signature);
    return entry === undefined || entry.slot !== slot ? [] : (readEntry(entry) ?? []);
  });
  const have = new Set(resolved.map(({ transaction }) => transaction.signature));
  const missing = listed.filter(({ signature }) => !have.has(signature));
  if (missing.length > 0) {
    onMissing(missing.length, listed.length);
    resolved.push(...(await fetcher.fetch(await placeAmongOthers(rpc, missing, signal), signal)));
  }
  return resolved.sort(({ transaction: left }, { transaction: right }) =>
    left.slot === right.slot ? left.index - right.index : Number(left.slot - right.slot),
  );
}

/** Places some of a slot's transactions; the others have their places in the block. */
async function placeAmongOthers(
  rpc: RpcClient,
  entries: readonly SignatureEntry[],
  signal: AbortSignal,
): Promise<PlacedSignature[]> {
  const placed: PlacedSignature[] = [];
  for (const { signature, slot, transactionIndex } of entries) {
    if (transactionIndex !== null) placed.push({ signature, slot, index: transactionIndex });
    else placed.push(...(await placeInBlock(rpc, { slot, signatures: [signature] }, 'finalized', signal)));
  }
  return placed;
}

/** Null when it cannot be read as a transaction. */
function readEntry({ answer, index }: HeliusEntry): FetchedTransaction | null {
  try {
    return { transaction: normalizeRpcTransaction(answer, { index }), answer };
  } catch (error) {
    if (!(error instanceof TransactionFormatError)) throw error;
    return null;
  }
}
