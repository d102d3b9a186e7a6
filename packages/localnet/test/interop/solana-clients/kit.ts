import {
  airdropFactory,
  appendTransactionMessageInstructions,
  assertIsSendableTransaction,
  assertIsTransactionWithBlockhashLifetime,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  createTransactionPlanExecutor,
  createTransactionPlanner,
  generateKeyPairSigner,
  getSignatureFromTransaction,
  type Instruction,
  type InstructionPlan,
  type KeyPairSigner,
  lamports,
  pipe,
  type Rpc,
  type RpcSubscriptions,
  type Signature,
  type SolanaRpcApi,
  type SolanaRpcSubscriptionsApi,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import type { TestNet } from '../../support.js';

type Draft = ReturnType<typeof draftMessage>;

/** @solana/kit pointed at a localnet, with a payer that has SOL. */
export interface KitClient {
  readonly rpc: Rpc<SolanaRpcApi>;
  readonly rpcSubscriptions: RpcSubscriptions<SolanaRpcSubscriptionsApi>;
  readonly payer: KeyPairSigner;
  /** A message that the payer pays for, with the latest blockhash. */
  draft(instructions?: readonly Instruction[]): Promise<Draft>;
  /** Signs, sends and waits until the transaction is confirmed; returns its signature. */
  send(instructions: readonly Instruction[]): Promise<Signature>;
  /** As `send`, for a plan, in as many transactions as it takes. */
  sendPlan(plan: InstructionPlan): Promise<void>;
}

function draftMessage(
  payer: KeyPairSigner,
  blockhash: Parameters<typeof setTransactionMessageLifetimeUsingBlockhash>[0],
  instructions: readonly Instruction[],
) {
  return pipe(
    createTransactionMessage({ version: 0 }),
    (message) => setTransactionMessageFeePayerSigner(payer, message),
    (message) => setTransactionMessageLifetimeUsingBlockhash(blockhash, message),
    (message) => appendTransactionMessageInstructions(instructions, message),
  );
}

export async function createKitClient({ net }: TestNet): Promise<KitClient> {
  const rpc = createSolanaRpc(net.url);
  const rpcSubscriptions = createSolanaRpcSubscriptions(net.wsUrl);
  const payer = await generateKeyPairSigner();
  await airdropFactory({ rpc, rpcSubscriptions })({
    commitment: 'confirmed',
    lamports: lamports(5_000_000_000n),
    recipientAddress: payer.address,
  });
  const sendAndConfirm = sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions });

  const draft: KitClient['draft'] = async (instructions = []) => {
    const { value } = await rpc.getLatestBlockhash({ commitment: 'confirmed' }).send();
    return draftMessage(payer, value, instructions);
  };
  const submit = async (message: Parameters<typeof signTransactionMessageWithSigners>[0]) => {
    const signed = await signTransactionMessageWithSigners(message);
    assertIsSendableTransaction(signed);
    assertIsTransactionWithBlockhashLifetime(signed);
    await sendAndConfirm(signed, { commitment: 'confirmed' });
    return signed;
  };
  const plan = createTransactionPlanner({ createTransactionMessage: () => draft() });
  const execute = createTransactionPlanExecutor({
    executeTransactionMessage: (_context, message) => submit(message),
  });
  return {
    rpc,
    rpcSubscriptions,
    payer,
    draft,
    send: async (instructions) => getSignatureFromTransaction(await submit(await draft(instructions))),
    async sendPlan(instructions) {
      await execute(await plan(instructions));
    },
  };
}
