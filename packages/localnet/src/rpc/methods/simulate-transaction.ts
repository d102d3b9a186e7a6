import { z } from 'zod';
import { preflight } from '../../chain/preflight.js';
import { accountCount } from '../../encodings/transaction-wire.js';
import { invalidParams, RPC_CODES, RpcError } from '../../rpc-error.js';
import { withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { accountEncoding, address, commitment, slot } from '../params.js';
import { describeSimulation } from '../simulation.js';
import { decodeTransaction } from '../transaction-input.js';

const config = z
  .object({
    encoding: z.enum(['base58', 'base64']).nullish(),
    sigVerify: z.boolean().nullish(),
    replaceRecentBlockhash: z.boolean().nullish(),
    commitment: commitment.nullish(),
    minContextSlot: slot.nullish(),
    innerInstructions: z.boolean().nullish(),
    accounts: z
      .object({ encoding: accountEncoding.nullish(), addresses: z.array(address).max(256) })
      .nullish(),
  })
  .nullish();

export const simulateTransaction = defineMethod(
  'simulateTransaction',
  z.tuple([z.string(), config]),
  (context, [text, given]) => {
    const { chain, vm, base58 } = context;
    const transaction = decodeTransaction(text, given?.encoding ?? 'base58', base58);
    const replace = given?.replaceRecentBlockhash === true;
    if (replace && given?.sigVerify === true) {
      throw invalidParams('sigVerify may not be used with replaceRecentBlockhash');
    }
    const addresses = given?.accounts?.addresses ?? [];
    const most = accountCount(transaction.message);
    if (addresses.length > most) throw invalidParams(`Too many accounts provided; max ${most}`);
    if (given?.accounts?.encoding === 'base58' || given?.accounts?.encoding === 'binary') {
      throw invalidParams('base58 encoding not supported');
    }
    const result = preflight(chain, vm, transaction, base58, {
      verifySignatures: given?.sigVerify === true,
      // The virtual machine does not look at the blockhash, so replacing it means not checking it.
      checkBlockhash: !replace,
    });
    if (result.err === 'SignatureFailure') {
      throw new RpcError(RPC_CODES.signatureVerification, 'Transaction signature verification failure');
    }
    const { blockhash, lastValidBlockHeight } = chain.latestBlockhash(given?.commitment ?? 'finalized');
    const description = describeSimulation(context, transaction, result, {
      accounts: given?.accounts ?? null,
      innerInstructions: given?.innerInstructions === true,
    });
    return withContext(context, given, {
      ...description,
      replacementBlockhash: replace ? { blockhash, lastValidBlockHeight } : null,
    });
  },
);
