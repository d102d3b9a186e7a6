import { z } from 'zod';
import { atCommitment } from '../../chain/at-commitment.js';
import { preflight } from '../../chain/preflight.js';
import type { Commitment, TransactionError } from '../../chain/types.js';
import type { WireTransaction } from '../../encodings/transaction-wire.js';
import { RPC_CODES, RpcError } from '../../rpc-error.js';
import { contextSlot, type RpcContext } from '../context.js';
import { requireHealth } from '../health.js';
import { defineMethod } from '../method.js';
import { slot, strictCommitment } from '../params.js';
import { preflightFailure, type Simulated } from '../simulation.js';
import { decodeTransaction, resolveAddresses, sentEncoding } from '../transaction-input.js';
import { flag, struct, text, usize } from '../typed-params.js';

const config = struct('RpcSendTransactionConfig', {
  encoding: sentEncoding.nullish(),
  skipPreflight: flag.optional(),
  preflightCommitment: strictCommitment.nullish(),
  /** Nothing is ever lost on the way here, so there is nothing to retry. */
  maxRetries: usize.nullish(),
  minContextSlot: slot.nullish(),
}).nullish();

export const sendTransaction = defineMethod(
  'sendTransaction',
  z.tuple([text, config]),
  (context, [encoded, given]) => {
    const transaction = decodeTransaction(encoded, given?.encoding ?? 'base58', context.base58);
    const skip = given?.skipPreflight === true;
    const commitment = skip ? 'processed' : given?.preflightCommitment;
    contextSlot(context, { commitment, minContextSlot: given?.minContextSlot });
    atCommitment(context, transaction.message, commitment ?? 'finalized', () => {
      const loaded = resolveAddresses(context, transaction);
      if (!skip) checkPreflight(context, { transaction, loaded }, commitment ?? 'finalized');
    });
    land(context, transaction, skip);
    return transaction.signature;
  },
);

function checkPreflight(context: RpcContext, tried: Omit<Simulated, 'result'>, commitment: Commitment): void {
  const result = preflight(context, tried.transaction, {
    commitment,
    verifySignatures: true,
    replaceBlockhash: false,
  });
  if (result.err === 'SignatureFailure') {
    throw new RpcError(RPC_CODES.signatureVerification, 'Transaction signature verification failure');
  }
  requireHealth(context);
  if (result.err !== null) throw preflightFailure(context, { ...tried, result }, result.err);
}

/** Without preflight, a transaction that a validator would drop is dropped: its signature never gets a status. */
function land({ chain, log }: RpcContext, transaction: WireTransaction, verifySignatures: boolean): void {
  let err: TransactionError | null = chain.refusal(transaction, 'processed');
  if (err === null) {
    const submission = chain.submit(transaction, { verifySignatures });
    if (!submission.landed) err = submission.err;
  }
  if (err !== null) log('warn', 'dropped a transaction', { signature: transaction.signature, err });
}
