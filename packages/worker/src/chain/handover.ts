import { handoverMemo, readHandoverMemo } from '@inferscan/formats';
import type { NetworkConfig } from '@inferscan/protocol';
import { QUIT_DISCRIMINATOR } from '@nosana/jobs-program';
import { type Address, address, getBase58Encoder, type Instruction, signature } from '@solana/kit';
import { z } from 'zod';

import type { RpcClient } from './rpc.js';

/** What a node that handed a job back says that it has done of it. */
export interface HandedOver {
  /** Address of a partial result. */
  cid: string;
  /** Who quit, and which run. */
  node: string;
  run: string;
}

const MEMO_PROGRAM = address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');
/** Transactions of a job that are looked at, the latest: a job has few. */
const MAX_SIGNATURES = 50;
/** Of those that seem to hand it back, so many are read. */
const MAX_READ = 4;

/** Names partial results in the transaction that hands their job back; nothing where there are none. */
export function handoverInstructions(partials: readonly string[]): Instruction[] {
  const memo = handoverMemo(partials);
  return memo === null
    ? []
    : [{ programAddress: MEMO_PROGRAM, accounts: [], data: new TextEncoder().encode(memo) }];
}

const SignatureEntry = z.object({ signature: z.string(), err: z.unknown(), memo: z.string().nullish() });

const QuitTransaction = z.object({
  meta: z.object({ err: z.null() }),
  transaction: z.object({
    message: z.object({
      accountKeys: z.array(z.string()),
      instructions: z.array(
        z.object({ programIdIndex: z.number(), accounts: z.array(z.number()), data: z.string() }),
      ),
    }),
  }),
});

/**
 * What was handed over of a job, the latest first. Taken only from transactions that succeeded and in which a run of this very job
 * was quit, which the program lets nobody do but the node of that run.
 * @throws what the RPC answers where it has no history
 */
export async function readHandover(
  client: RpcClient,
  network: NetworkConfig,
  job: Address,
  signal: AbortSignal,
): Promise<HandedOver[]> {
  const { rpc } = client;
  const listed = await client.once(
    (abortSignal) =>
      rpc
        .getSignaturesForAddress(job, { commitment: 'confirmed', limit: MAX_SIGNATURES })
        .send({ abortSignal }),
    signal,
  );
  const entries = z.array(SignatureEntry).parse(listed);
  const likely = entries.filter(({ err, memo }) => err === null && memo?.includes('inferscan.handover/'));
  const found: HandedOver[] = [];
  for (const entry of likely.slice(0, MAX_READ)) {
    const transaction = await client.once(
      (abortSignal) =>
        rpc
          .getTransaction(signature(entry.signature), {
            commitment: 'confirmed',
            encoding: 'json',
            maxSupportedTransactionVersion: 0,
          })
          .send({ abortSignal }),
      signal,
    );
    found.push(...handedOverIn(transaction, network, job));
  }
  return found;
}

/** What a transaction hands over of a job; nothing where it does not quit a run of it. Never throws. */
export function handedOverIn(transaction: unknown, network: NetworkConfig, job: Address): HandedOver[] {
  const parsed = QuitTransaction.safeParse(transaction);
  if (!parsed.success) return [];
  const { accountKeys, instructions } = parsed.data.transaction.message;
  const of = (program: Address) =>
    instructions.flatMap(({ programIdIndex, accounts, data }) =>
      accountKeys[programIdIndex] === program
        ? [{ accounts: accounts.map((index) => accountKeys[index]), data: bytesOf(data) }]
        : [],
    );
  const quits = of(network.jobsProgram).flatMap(({ accounts, data }) => {
    const [quitJob, run, , node] = accounts;
    const isQuit = QUIT_DISCRIMINATOR.every((byte, index) => data[index] === byte);
    return isQuit && quitJob === job && run !== undefined && node !== undefined ? [{ run, node }] : [];
  });
  const [quit] = quits;
  // Of two runs one could not tell whose the results are.
  if (quit === undefined || quits.length > 1) return [];
  const text = new TextDecoder();
  return of(MEMO_PROGRAM)
    .flatMap(({ data }) => readHandoverMemo(text.decode(data)))
    .map((cid) => ({ cid, ...quit }));
}

function bytesOf(data: string): Uint8Array {
  try {
    return Uint8Array.from(getBase58Encoder().encode(data));
  } catch {
    return new Uint8Array();
  }
}
