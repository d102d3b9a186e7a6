import { type NetworkConfig, TOKEN_PROGRAM } from '@inferscan/protocol';
import { END_DISCRIMINATOR, FINISH_DISCRIMINATOR } from '@nosana/jobs-program';
import type { Address } from '@solana/kit';

import { isInstruction, readSignatures, readTransaction, type SeenTransaction } from './history.js';
import type { RpcClient } from './rpc.js';

/** What the transaction that ended a run paid for it. */
export interface Payment {
  market: string;
  /** Base units of NOS. */
  amount: bigint;
}

/** A payment, and when. */
export interface DatedPayment extends Payment {
  /** Unix seconds by the chain's clock. */
  startedAt: bigint;
  endedAt: bigint;
}

/** Accounts of the two instructions that pay a node, by their place. */
const PAYING = [
  { discriminator: FINISH_DISCRIMINATOR, run: 1, market: 2, payee: 5 },
  { discriminator: END_DISCRIMINATOR, run: 2, market: 1, payee: 4 },
] as const;

/** Instruction of the token program, with an amount behind it. */
const TRANSFER = 3;

/**
 * What a run was paid for, from the chain's history: for when its job's account is gone. A run has the transaction that began it and
 * the one that ended it, and others in which somebody names its address. Null where none of the latest fifty paid for it.
 * @throws what an RPC without history answers, or Error where it has not all of it
 */
export async function readPayment(
  client: RpcClient,
  network: NetworkConfig,
  run: Address,
  signal: AbortSignal,
): Promise<DatedPayment | null> {
  const listed = await readSignatures(client, run, 'finalized', signal);
  const first = listed.at(-1);
  if (!first?.at || listed.length < 2) {
    throw new Error(`the RPC does not have the transactions that began and ended the run ${run}`);
  }
  for (const { signature, at } of listed) {
    const transaction = await readTransaction(client, signature, 'finalized', signal);
    if (transaction === null || at === null) {
      throw new Error(`the RPC does not have the transaction ${signature} of the run ${run}`);
    }
    const payment = paymentIn(transaction, network, run);
    if (payment !== null) return { ...payment, startedAt: first.at, endedAt: at };
  }
  return null;
}

/** What a transaction pays for a run; null where it ends none, or ends it unpaid. Never throws. */
export function paymentIn(
  { instructions, inner }: SeenTransaction,
  network: NetworkConfig,
  run: Address,
): Payment | null {
  for (const [index, instruction] of instructions.entries()) {
    const kind = PAYING.find(
      (paying) =>
        isInstruction(instruction, network.jobsProgram, paying.discriminator) &&
        instruction.accounts[paying.run] === run,
    );
    if (!kind) continue;
    const market = instruction.accounts[kind.market];
    const payee = instruction.accounts[kind.payee];
    if (market === undefined || payee === undefined) return null;
    const amounts = (inner.get(index) ?? []).flatMap(({ program, accounts, data }) =>
      program === TOKEN_PROGRAM && data[0] === TRANSFER && data.length >= 9 && accounts[1] === payee
        ? [new DataView(data.buffer, data.byteOffset).getBigUint64(1, true)]
        : [],
    );
    return { market, amount: amounts.reduce((sum, amount) => sum + amount, 0n) };
  }
  return null;
}
