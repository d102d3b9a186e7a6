import { z } from 'zod';
import { atCommitment } from '../../chain/at-commitment.js';
import { preflight } from '../../chain/preflight.js';
import { accountCount } from '../../encodings/transaction-wire.js';
import { RPC_CODES, RpcError, refusedParams } from '../../rpc-error.js';
import { contextSlot, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { accountEncoding, address, contextFields } from '../params.js';
import { describeSimulation } from '../simulation.js';
import { decodeTransaction, resolveAddresses, sentEncoding } from '../transaction-input.js';
import { flag, sequence, struct, text } from '../typed-params.js';

const MAX_ACCOUNTS = 256;

const accounts = struct('RpcSimulateTransactionAccountsConfig', {
  encoding: accountEncoding.nullish(),
  addresses: sequence(address, MAX_ACCOUNTS, `Too many accounts provided; max ${MAX_ACCOUNTS}`),
});

const config = struct('RpcSimulateTransactionConfig', {
  ...contextFields,
  encoding: sentEncoding.nullish(),
  sigVerify: flag.optional(),
  replaceRecentBlockhash: flag.optional(),
  innerInstructions: flag.optional(),
  accounts: accounts.nullish(),
}).nullish();

export const simulateTransaction = defineMethod(
  'simulateTransaction',
  z.tuple([text, config]),
  (context, [encoded, given]) => {
    const { chain, base58 } = context;
    const transaction = decodeTransaction(encoded, given?.encoding ?? 'base58', base58);
    contextSlot(context, given);
    const replace = given?.replaceRecentBlockhash === true;
    if (replace && given.sigVerify === true) {
      throw refusedParams('sigVerify may not be used with replaceRecentBlockhash');
    }
    const commitment = given?.commitment ?? 'finalized';
    const { blockhash, lastValidBlockHeight } = chain.latestBlockhash(commitment);
    const description = atCommitment(context, transaction.message, commitment, () => {
      const loaded = resolveAddresses(context, transaction);
      const result = preflight(context, transaction, {
        commitment,
        verifySignatures: given?.sigVerify === true,
        // The virtual machine does not look at the blockhash, so replacing it means not checking it.
        replaceBlockhash: replace,
      });
      if (result.err === 'SignatureFailure') {
        throw new RpcError(RPC_CODES.signatureVerification, 'Transaction signature verification failure');
      }
      checkAccounts(given?.accounts, accountCount(transaction.message));
      return describeSimulation(
        context,
        { transaction, loaded, result },
        {
          accounts: given?.accounts ?? null,
          commitment,
          innerInstructions: given?.innerInstructions === true,
          replacementBlockhash: replace ? { blockhash, lastValidBlockHeight } : null,
        },
      );
    });
    return withContext(context, given, description);
  },
);

function checkAccounts(wanted: z.output<typeof accounts> | null | undefined, most: number): void {
  if (wanted?.encoding === 'base58' || wanted?.encoding === 'binary') {
    throw refusedParams('base58 encoding not supported');
  }
  if ((wanted?.addresses.length ?? 0) > most) {
    throw refusedParams(`Too many accounts provided; max ${most}`);
  }
}
