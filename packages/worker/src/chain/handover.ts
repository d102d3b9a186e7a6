import { handoverMemo, readHandoverMemo } from '@inferscan/formats';
import type { NetworkConfig } from '@inferscan/protocol';
import { QUIT_DISCRIMINATOR } from '@nosana/jobs-program';
import { type Address, address, type Instruction } from '@solana/kit';

import { isInstruction, readSignatures, readTransaction, type SeenTransaction } from './history.js';
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
/** Of the transactions that seem to hand a job back, so many are read. */
const MAX_READ = 4;

/** Names partial results in the transaction that hands their job back; nothing where there are none. */
export function handoverInstructions(partials: readonly string[]): Instruction[] {
  const memo = handoverMemo(partials);
  return memo === null
    ? []
    : [{ programAddress: MEMO_PROGRAM, accounts: [], data: new TextEncoder().encode(memo) }];
}

/**
 * What was handed over of a job, the latest first. Taken only from transactions that succeeded and in which a run of this very job
 * was quit, which the program lets nobody do but the node of that run.
 * @throws what an RPC without history answers
 */
export async function readHandover(
  client: RpcClient,
  network: NetworkConfig,
  job: Address,
  signal: AbortSignal,
): Promise<HandedOver[]> {
  const listed = await readSignatures(client, job, 'confirmed', signal);
  const likely = listed.filter(({ memo }) => memo?.includes('inferscan.handover/'));
  const found: HandedOver[] = [];
  for (const { signature } of likely.slice(0, MAX_READ)) {
    const transaction = await readTransaction(client, signature, 'confirmed', signal);
    if (transaction) found.push(...handedOverIn(transaction, network, job));
  }
  return found;
}

/** What a transaction hands over of a job; nothing where it does not quit a run of it. Never throws. */
export function handedOverIn(
  { instructions }: SeenTransaction,
  network: NetworkConfig,
  job: Address,
): HandedOver[] {
  const quits = instructions.flatMap((instruction) => {
    const [quitJob, run, , node] = instruction.accounts;
    const isQuit = isInstruction(instruction, network.jobsProgram, QUIT_DISCRIMINATOR);
    return isQuit && quitJob === job && run !== undefined && node !== undefined ? [{ run, node }] : [];
  });
  const [quit] = quits;
  // Of two runs one could not tell whose the results are.
  if (quit === undefined || quits.length > 1) return [];
  const text = new TextDecoder();
  return instructions
    .filter(({ program }) => program === MEMO_PROGRAM)
    .flatMap(({ data }) => readHandoverMemo(text.decode(data)))
    .map((cid) => ({ cid, ...quit }));
}
