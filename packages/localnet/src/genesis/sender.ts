import {
  appendTransactionMessageInstructions,
  blockhash,
  createTransactionMessage,
  getTransactionEncoder,
  type Instruction,
  isSolanaError,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type TransactionSigner,
} from '@solana/kit';
import type { Chain } from '../chain/chain.js';
import { describeTransactionError } from '../chain/errors.js';
import type { Base58 } from '../encodings/base58.js';
import { readTransaction } from '../encodings/transaction-wire.js';

/** A transaction that failed; the message is the reason, followed by the logs of programs that ran. */
export class SendError extends Error {
  override readonly name = 'SendError';
}

/** Signs and executes the localnet's own transactions. */
export interface Sender {
  /**
   * Returns the signature once the transaction is processed.
   *
   * @throws SendError
   */
  send(feePayer: TransactionSigner, instructions: readonly Instruction[]): Promise<string>;
}

/** Creates a sender whose transactions land on `chain` like any client's. */
export function createSender(chain: Chain, base58: Base58): Sender {
  return {
    async send(feePayer, instructions) {
      const latest = chain.latestBlockhash('confirmed');
      const message = pipe(
        createTransactionMessage({ version: 0 }),
        (draft) => setTransactionMessageFeePayerSigner(feePayer, draft),
        (draft) =>
          setTransactionMessageLifetimeUsingBlockhash(
            {
              blockhash: blockhash(latest.blockhash),
              lastValidBlockHeight: BigInt(latest.lastValidBlockHeight),
            },
            draft,
          ),
        (draft) => appendTransactionMessageInstructions(instructions, draft),
      );
      const signed = await signTransactionMessageWithSigners(message).catch((error: unknown) => {
        // Some transactions cannot even be put together, such as one that pays to a program that it calls.
        throw isSolanaError(error) ? new SendError(error.message, { cause: error }) : error;
      });
      const transaction = readTransaction(new Uint8Array(getTransactionEncoder().encode(signed)), base58);
      const refused = chain.refusal(transaction, 'processed');
      if (refused !== null) throw new SendError(describeTransactionError(refused));
      const outcome = chain.submit(transaction, { verifySignatures: true });
      if (!outcome.landed) throw new SendError(describeTransactionError(outcome.err));
      const { err, logMessages } = outcome.record.meta;
      if (err !== null) throw new SendError(`${describeTransactionError(err)}\n${logMessages.join('\n')}`);
      return transaction.signature;
    },
  };
}
