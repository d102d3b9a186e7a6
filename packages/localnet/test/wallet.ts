import {
  appendTransactionMessageInstructions,
  type Base64EncodedWireTransaction,
  type Blockhash,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  type Instruction,
  type KeyPairSigner,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { type RpcAnswer, type TestNet, until } from './support.js';

/** Signs and sends over plain JSON-RPC, so that a test sees exactly what the server answers. */
export interface Wallet {
  readonly key: KeyPairSigner;
  sign(instructions: readonly Instruction[], blockhash?: string): Promise<Base64EncodedWireTransaction>;
  submit(wire: string, config?: object): Promise<RpcAnswer>;
  /** Sends and waits until the transaction is confirmed; returns its signature. */
  send(instructions: readonly Instruction[], config?: object): Promise<string>;
}

export function createWallet(test: Pick<TestNet, 'rpc'>, key: KeyPairSigner): Wallet {
  const sign: Wallet['sign'] = async (instructions, given) => {
    const { result } = await test.rpc('getLatestBlockhash', [{ commitment: 'confirmed' }]);
    const blockhash = given ?? (result as { value: { blockhash: string } }).value.blockhash;
    const signed = await signTransactionMessageWithSigners(
      pipe(
        createTransactionMessage({ version: 0 }),
        (draft) => setTransactionMessageFeePayerSigner(key, draft),
        (draft) =>
          setTransactionMessageLifetimeUsingBlockhash(
            { blockhash: blockhash as Blockhash, lastValidBlockHeight: 0n },
            draft,
          ),
        (draft) => appendTransactionMessageInstructions(instructions, draft),
      ),
    );
    return getBase64EncodedWireTransaction(signed);
  };
  const submit: Wallet['submit'] = (wire, config = {}) =>
    test.rpc('sendTransaction', [wire, { encoding: 'base64', preflightCommitment: 'processed', ...config }]);

  return {
    key,
    sign,
    submit,
    async send(instructions, config) {
      const { result, error } = await submit(await sign(instructions), config);
      if (error !== undefined) throw new Error(JSON.stringify(error));
      const signature = String(result);
      await until(`${signature} to be confirmed`, async () => {
        const answer = await test.rpc('getSignatureStatuses', [[signature]]);
        const [status] = (answer.result as { value: ({ confirmationStatus: string } | null)[] }).value;
        return status !== null && status !== undefined && status.confirmationStatus !== 'processed';
      });
      return signature;
    },
  };
}
