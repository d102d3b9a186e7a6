import { setTimeout as delay } from 'node:timers/promises';
import { getBase58Decoder } from '@solana/kit';
import type { BenchRpc } from './rpc.js';
import { createWallet, SIGNATURE_BYTES, signTransfers, type Wallet } from './transfers.js';

const WALLETS = 64;
/** More than the fees of a million transactions cost each wallet. */
const FUNDING_LAMPORTS = 10_000_000_000;
const STATUSES_PER_CALL = 256;
const POLL_MS = 20;

/** How transfers are sent: as most clients do, with preflight. */
export const SEND_CONFIG = { encoding: 'base64', preflightCommitment: 'processed' };

/** An endless supply of signed transfers that the localnet will take. */
export interface TransferSource {
  /** Signs `count` transfers on the newest confirmed blockhash, which is good for 150 blocks; in base64. */
  next(count: number): Promise<string[]>;
}

/** Funds wallets from the faucet, waits until that is confirmed, and returns transfers among them. */
export async function createTransferSource(rpc: BenchRpc): Promise<TransferSource> {
  const wallets = await fundedWallets(rpc);
  let made = 0;
  return {
    async next(count) {
      const latest = await rpc.call('getLatestBlockhash', [{ commitment: 'confirmed' }]);
      const { blockhash } = (latest as { value: { blockhash: string } }).value;
      const transfers = signTransfers(wallets, blockhash, made, count);
      made += count;
      return transfers.map((bytes) => Buffer.from(bytes).toString('base64'));
    },
  };
}

async function fundedWallets(rpc: BenchRpc): Promise<Wallet[]> {
  const wallets = Array.from({ length: WALLETS }, createWallet);
  const airdrops = wallets.map(({ address }) => ({
    method: 'requestAirdrop',
    params: [address, FUNDING_LAMPORTS],
  }));
  await untilConfirmed(rpc, (await rpc.batch(airdrops)).map(String));
  return wallets;
}

/** The name of a transaction in base64: its first signature, in base58. */
export function signatureOf(transaction: string): string {
  return getBase58Decoder().decode(Buffer.from(transaction, 'base64').subarray(1, 1 + SIGNATURE_BYTES));
}

export interface Sent {
  /** Milliseconds from the first request to the last answer. */
  readonly ms: number;
  readonly signatures: readonly string[];
}

/** Sends every transaction in a request of its own, `inFlight` at a time. @throws Error when one is refused. */
export async function sendEach(
  rpc: BenchRpc,
  transactions: readonly string[],
  inFlight: number,
): Promise<Sent> {
  const signatures: string[] = [];
  let next = 0;
  const sender = async (): Promise<void> => {
    for (;;) {
      const transaction = transactions[next];
      if (transaction === undefined) return;
      next += 1;
      signatures.push(String(await rpc.call('sendTransaction', [transaction, SEND_CONFIG])));
    }
  };
  const since = performance.now();
  await Promise.all(Array.from({ length: inFlight }, sender));
  return { ms: performance.now() - since, signatures };
}

type Status = { err: unknown; confirmationStatus: string } | null;

/** Waits until every transaction is confirmed. @throws Error when one failed or is not there after 30 seconds. */
export async function untilConfirmed(rpc: BenchRpc, signatures: readonly string[]): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (let start = 0; start < signatures.length; ) {
    const page = signatures.slice(start, start + STATUSES_PER_CALL);
    const { value } = (await rpc.call('getSignatureStatuses', [page])) as { value: Status[] };
    const failed = value.find((status) => status !== null && status.err !== null);
    if (failed) throw new Error(`a transaction failed: ${JSON.stringify(failed)}`);
    if (value.every((status) => status !== null && status.confirmationStatus !== 'processed')) {
      start += STATUSES_PER_CALL;
    } else if (performance.now() > deadline) {
      throw new Error('transactions that were taken are not confirmed after 30 s');
    } else {
      await delay(POLL_MS);
    }
  }
}

/** Transactions of all confirmed blocks. */
export async function transactionCount(rpc: BenchRpc): Promise<number> {
  return Number(await rpc.call('getTransactionCount', [{ commitment: 'confirmed' }]));
}

/** Waits until the chain counts that many transactions. @throws Error when it does not within 30 seconds. */
export async function untilCounted(rpc: BenchRpc, expected: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const counted = await transactionCount(rpc);
    if (counted === expected) return;
    if (performance.now() > deadline) {
      throw new Error(`${expected} transactions should be on the chain, there are ${counted}`);
    }
    await delay(POLL_MS);
  }
}
