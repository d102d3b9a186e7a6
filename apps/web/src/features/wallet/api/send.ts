import {
  type Address,
  appendTransactionMessageInstructions,
  assertIsSendableTransaction,
  compileTransaction,
  createSolanaRpc,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  type Instruction,
  pipe,
  type Rpc,
  type Signature,
  type SolanaRpcApi,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
  type Transaction,
} from '@solana/kit';

/** Where a transaction is on its way, for people to see. */
export type SendStep = 'signing' | 'sending' | 'confirming';

/** The chain took the transaction but it failed there. `error` is the RPC's `err`. */
export class TransactionFailed extends Error {
  readonly signature: string;
  readonly error: unknown;

  constructor(signature: string, error: unknown) {
    super(`transaction ${signature} failed`);
    this.name = 'TransactionFailed';
    this.signature = signature;
    this.error = error;
  }
}

/** The transaction was not seen before its blockhash ran out: it will never happen. */
export class TransactionExpired extends Error {
  readonly signature: string;

  constructor(signature: string) {
    super(`transaction ${signature} expired`);
    this.name = 'TransactionExpired';
    this.signature = signature;
  }
}

const POLL_MS = 200;

/**
 * Builds, signs, sends and confirms one transaction.
 * @returns its signature, once at least confirmed
 * @throws TransactionFailed, TransactionExpired, and what the wallet or the RPC throws
 */
export async function sendInstructions(options: {
  rpcUrl: string;
  feePayer: Address;
  instructions: readonly Instruction[];
  sign: (transaction: Transaction) => Promise<Transaction>;
  onStep: (step: SendStep) => void;
}): Promise<string> {
  const rpc = createSolanaRpc(options.rpcUrl);
  options.onStep('signing');
  const { value: blockhash } = await rpc.getLatestBlockhash({ commitment: 'confirmed' }).send();
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (empty) => setTransactionMessageFeePayer(options.feePayer, empty),
    (paid) => setTransactionMessageLifetimeUsingBlockhash(blockhash, paid),
    (living) => appendTransactionMessageInstructions(options.instructions, living),
  );
  const signed = await options.sign(compileTransaction(message));
  assertIsSendableTransaction(signed);
  const signature = getSignatureFromTransaction(signed);
  options.onStep('sending');
  await rpc
    .sendTransaction(getBase64EncodedWireTransaction(signed), {
      encoding: 'base64',
      preflightCommitment: 'confirmed',
    })
    .send();
  options.onStep('confirming');
  await confirm(rpc, signature, blockhash.lastValidBlockHeight);
  return signature;
}

async function confirm(
  rpc: Rpc<SolanaRpcApi>,
  signature: Signature,
  lastValidBlockHeight: bigint,
): Promise<void> {
  for (;;) {
    const { value } = await rpc.getSignatureStatuses([signature]).send();
    const status = value[0] ?? null;
    if (status !== null) {
      if (status.err !== null) throw new TransactionFailed(signature, status.err);
      if (status.confirmationStatus !== 'processed') return;
    } else {
      const height = await rpc.getBlockHeight({ commitment: 'confirmed' }).send();
      if (height > lastValidBlockHeight) throw new TransactionExpired(signature);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
