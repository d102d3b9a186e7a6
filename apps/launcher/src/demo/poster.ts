import type { JobDefinition } from '@inferscan/formats';
import { buildList, networkConfig } from '@inferscan/protocol';
import type { ContentClient } from '@inferscan/storage';
import {
  type Address,
  appendTransactionMessageInstruction,
  assertIsTransactionWithBlockhashLifetime,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  generateKeyPairSigner,
  getSignatureFromTransaction,
  type KeyPairSigner,
  pipe,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';

export interface PostedJob {
  readonly job: Address;
  readonly signature: string;
}

/** Pins definitions and lists them as jobs, paid and owned by one wallet. */
export function createPoster(deps: {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly wallet: KeyPairSigner;
  readonly content: ContentClient;
}): { post(market: Address, definition: JobDefinition, timeoutSeconds: bigint): Promise<PostedJob> } {
  const network = networkConfig('localnet');
  const rpc = createSolanaRpc(deps.rpcUrl);
  const sendAndConfirm = sendAndConfirmTransactionFactory({
    rpc,
    rpcSubscriptions: createSolanaRpcSubscriptions(deps.wsUrl),
  });
  return {
    async post(market, definition, timeoutSeconds) {
      const { digest } = await deps.content.pinJson(definition);
      const [job, run, lifetime] = await Promise.all([
        generateKeyPairSigner(),
        generateKeyPairSigner(),
        rpc.getLatestBlockhash({ commitment: 'confirmed' }).send(),
      ]);
      const list = await buildList({
        network,
        market,
        job,
        run,
        payer: deps.wallet,
        definitionDigest: digest,
        timeout: timeoutSeconds,
      });
      const transaction = await signTransactionMessageWithSigners(
        pipe(
          createTransactionMessage({ version: 0 }),
          (message) => setTransactionMessageFeePayerSigner(deps.wallet, message),
          (message) => setTransactionMessageLifetimeUsingBlockhash(lifetime.value, message),
          (message) => appendTransactionMessageInstruction(list, message),
        ),
      );
      assertIsTransactionWithBlockhashLifetime(transaction);
      await sendAndConfirm(transaction, { commitment: 'confirmed' });
      return { job: job.address, signature: getSignatureFromTransaction(transaction) };
    },
  };
}
