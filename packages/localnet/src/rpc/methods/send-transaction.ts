import { z } from 'zod';
import { preflight } from '../../chain/preflight.js';
import type { TransactionError } from '../../chain/types.js';
import type { WireTransaction } from '../../encodings/transaction-wire.js';
import { RPC_CODES, RpcError } from '../../rpc-error.js';
import { contextSlot, type RpcContext } from '../context.js';
import { defineMethod } from '../method.js';
import { commitment, slot } from '../params.js';
import { preflightFailure } from '../simulation.js';
import { decodeTransaction } from '../transaction-input.js';

const config = z
  .object({
    encoding: z.enum(['base58', 'base64']).nullish(),
    skipPreflight: z.boolean().nullish(),
    preflightCommitment: commitment.nullish(),
    /** Nothing is ever lost on the way here, so there is nothing to retry. */
    maxRetries: z.number().int().min(0).nullish(),
    minContextSlot: slot.nullish(),
  })
  .nullish();

export const sendTransaction = defineMethod(
  'sendTransaction',
  z.tuple([z.string(), config]),
  (context, [text, given]) => {
    const { base58 } = context;
    const transaction = decodeTransaction(text, given?.encoding ?? 'base58', base58);
    contextSlot(context, { commitment: given?.preflightCommitment, minContextSlot: given?.minContextSlot });
    if (given?.skipPreflight !== true) checkPreflight(context, transaction);
    land(context, transaction, given?.skipPreflight === true);
    return transaction.signature;
  },
);

function checkPreflight({ chain, vm, base58 }: RpcContext, transaction: WireTransaction): void {
  const result = preflight(chain, vm, transaction, base58);
  if (result.err === 'SignatureFailure') {
    throw new RpcError(RPC_CODES.signatureVerification, 'Transaction signature verification failure');
  }
  if (result.err !== null) throw preflightFailure(result, result.err);
}

/** Without preflight, a transaction that a validator would drop is dropped: its signature never gets a status. */
function land({ chain, log }: RpcContext, transaction: WireTransaction, verifySignatures: boolean): void {
  let err: TransactionError | null = chain.refusal(transaction);
  if (err === null) {
    const submission = chain.submit(transaction, { verifySignatures });
    if (!submission.landed) err = submission.err;
  }
  if (err !== null) log('warn', 'dropped a transaction', { signature: transaction.signature, err });
}
