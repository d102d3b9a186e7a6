import {
  airdropFactory,
  appendTransactionMessageInstructions,
  assertIsTransactionWithBlockhashLifetime,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  type Instruction,
  isSolanaError,
  type KeyPairSigner,
  lamports,
  pipe,
  type Rpc,
  type RpcSubscriptions,
  SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
  type SolanaRpcApi,
  type SolanaRpcSubscriptionsApi,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from '../../support.js';

describe('@solana/kit', () => {
  let test: TestNet;
  let rpc: Rpc<SolanaRpcApi>;
  let rpcSubscriptions: RpcSubscriptions<SolanaRpcSubscriptionsApi>;
  let payer: KeyPairSigner;

  const sign = async (instructions: Instruction[], feePayer: KeyPairSigner = payer) => {
    const { value: latest } = await rpc.getLatestBlockhash().send();
    return signTransactionMessageWithSigners(
      pipe(
        createTransactionMessage({ version: 0 }),
        (draft) => setTransactionMessageFeePayerSigner(feePayer, draft),
        (draft) => setTransactionMessageLifetimeUsingBlockhash(latest, draft),
        (draft) => appendTransactionMessageInstructions(instructions, draft),
      ),
    );
  };

  beforeAll(async () => {
    test = await startTestNet();
    rpc = createSolanaRpc(test.net.url);
    rpcSubscriptions = createSolanaRpcSubscriptions(test.net.wsUrl);
    payer = await generateKeyPairSigner();
    await airdropFactory({ rpc, rpcSubscriptions })({
      commitment: 'confirmed',
      lamports: lamports(5_000_000_000n),
      recipientAddress: payer.address,
    });
  });
  afterAll(() => test.stop());

  it('receives an airdrop by a confirmed transaction', async () => {
    expect((await rpc.getBalance(payer.address).send()).value).toBe(5_000_000_000n);
  });

  it('sends, confirms by subscription and reads the transaction back', async () => {
    const bob = (await generateKeyPairSigner()).address;
    const transfer = getTransferSolInstruction({ source: payer, destination: bob, amount: 1_000_000n });
    const signed = await sign([transfer]);
    const signature = getSignatureFromTransaction(signed);
    assertIsTransactionWithBlockhashLifetime(signed);
    await sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions })(signed, { commitment: 'confirmed' });

    expect((await rpc.getBalance(bob).send()).value).toBe(1_000_000n);
    const found = await rpc
      .getTransaction(signature, {
        commitment: 'confirmed',
        encoding: 'json',
        maxSupportedTransactionVersion: 0,
      })
      .send();
    expect(found?.meta?.err).toBeNull();
    expect(found?.meta?.fee).toBe(5000n);
    expect(found?.transaction.message.accountKeys).toContain(bob);
    expect(Number(found?.version)).toBe(0);
    const [status] = (await rpc.getSignatureStatuses([signature]).send()).value;
    expect(status?.confirmationStatus).toBe('confirmed');
  });

  it('explains a failed preflight with the cause and the logs', async () => {
    const bob = (await generateKeyPairSigner()).address;
    const signed = await sign([
      getTransferSolInstruction({ source: payer, destination: bob, amount: 10n ** 15n }),
    ]);
    const sending = rpc
      .sendTransaction(getBase64EncodedWireTransaction(signed), { encoding: 'base64' })
      .send();
    const error: unknown = await sending.catch((reason: unknown) => reason);
    if (!isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)) {
      throw new Error(`not a preflight failure: ${String(error)}`);
    }
    expect(error.context.logs?.join('\n')).toContain('insufficient lamports');
    expect(isSolanaError(error.cause, SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM)).toBe(true);
  });
});
