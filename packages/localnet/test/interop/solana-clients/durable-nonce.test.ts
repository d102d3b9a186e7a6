import {
  address,
  appendTransactionMessageInstructions,
  assertIsSendableTransaction,
  assertIsTransactionWithDurableNonceLifetime,
  createKeyPairSignerFromBytes,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  fetchEncodedAccount,
  generateKeyPairSigner,
  type KeyPairSigner,
  type Nonce,
  pipe,
  type Rpc,
  type SolanaRpcApi,
  sendAndConfirmDurableNonceTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingDurableNonce,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import {
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  NonceAccount,
  SystemProgram,
  Transaction,
} from '@solana/web3.js';
import { decodeNonce, getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet, until } from '../../support.js';
import { createWallet, type Wallet } from '../../wallet.js';

describe('durable nonces', () => {
  let test: TestNet;
  let rpc: Rpc<SolanaRpcApi>;
  let connection: Connection;
  let payer: Wallet;
  const legacyPayer = Keypair.generate();
  let nonce: Keypair;

  beforeAll(async () => {
    test = await startTestNet({ slotMs: 20 });
    rpc = createSolanaRpc(test.net.url);
    connection = new Connection(test.net.url, { commitment: 'confirmed' });
    payer = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [payer.key.address, LAMPORTS_PER_SOL]);
    await test.rpc('requestAirdrop', [legacyPayer.publicKey.toBase58(), LAMPORTS_PER_SOL]);
    // A preflight runs on what is confirmed.
    await until(
      'the airdrops are confirmed',
      async () => (await connection.getBalance(legacyPayer.publicKey)) > 0,
    );
    nonce = Keypair.generate();
    const create = SystemProgram.createNonceAccount({
      fromPubkey: legacyPayer.publicKey,
      noncePubkey: nonce.publicKey,
      authorizedPubkey: legacyPayer.publicKey,
      lamports: await connection.getMinimumBalanceForRentExemption(80),
    });
    expect(await errorOf(await connection.sendTransaction(create, [legacyPayer, nonce]))).toBeNull();
  });
  afterAll(() => test.stop());

  /** Waits until the transaction is confirmed. */
  const errorOf = (signature: string): Promise<unknown> =>
    until('confirmation', async () => {
      const { value } = await connection.getSignatureStatus(signature);
      return value?.confirmationStatus === 'confirmed' ? { err: value.err } : null;
    }).then(({ err }) => err);

  const current = async (): Promise<string> => {
    const account = await connection.getAccountInfo(nonce.publicKey);
    if (account === null) throw new Error('no nonce account');
    return NonceAccount.fromAccountData(account.data).nonce;
  };
  const sign = (value: string, lamports: number): Transaction => {
    const advance = { noncePubkey: nonce.publicKey, authorizedPubkey: legacyPayer.publicKey };
    const transaction = new Transaction({
      feePayer: legacyPayer.publicKey,
      nonceInfo: { nonce: value, nonceInstruction: SystemProgram.nonceAdvance(advance) },
    });
    transaction.add(
      SystemProgram.transfer({
        fromPubkey: legacyPayer.publicKey,
        toPubkey: Keypair.generate().publicKey,
        lamports,
      }),
    );
    transaction.sign(legacyPayer);
    return transaction;
  };

  it('keep a transaction of @solana/web3.js alive, once', async () => {
    const value = await current();
    const [used, other] = [sign(value, 1_000_000), sign(value, 2_000_000)];
    const signature = await connection.sendRawTransaction(used.serialize());
    expect(await errorOf(signature)).toBeNull();
    expect(await current()).not.toBe(value);
    await expect(connection.sendRawTransaction(other.serialize())).rejects.toThrow('Blockhash not found');
  });

  it('are spent by a transaction that fails, too', async () => {
    const value = await current();
    const failing = sign(value, 100 * LAMPORTS_PER_SOL);
    const signature = await connection.sendRawTransaction(failing.serialize(), { skipPreflight: true });
    expect(await errorOf(signature)).toEqual({ InstructionError: [1, { Custom: 1 }] });
    expect(await current()).not.toBe(value);
    await expect(connection.sendRawTransaction(sign(value, 1_000_000).serialize())).rejects.toThrow(
      'Blockhash not found',
    );
  });

  it('work with @solana/kit', async () => {
    const authority: KeyPairSigner = await createKeyPairSignerFromBytes(legacyPayer.secretKey);
    const nonceAccountAddress = address(nonce.publicKey.toBase58());
    const stored = await fetchEncodedAccount(rpc, nonceAccountAddress, { commitment: 'confirmed' });
    if (!stored.exists) throw new Error('no nonce account');
    const to = (await generateKeyPairSigner()).address;
    const signed = await signTransactionMessageWithSigners(
      pipe(
        createTransactionMessage({ version: 0 }),
        (draft) => setTransactionMessageFeePayerSigner(authority, draft),
        (draft) =>
          setTransactionMessageLifetimeUsingDurableNonce(
            {
              nonce: decodeNonce(stored).data.blockhash as string as Nonce,
              nonceAccountAddress,
              nonceAuthorityAddress: authority.address,
            },
            draft,
          ),
        (draft) =>
          appendTransactionMessageInstructions(
            [getTransferSolInstruction({ source: authority, destination: to, amount: 1_000_000n })],
            draft,
          ),
      ),
    );
    assertIsSendableTransaction(signed);
    assertIsTransactionWithDurableNonceLifetime(signed);
    const rpcSubscriptions = createSolanaRpcSubscriptions(test.net.wsUrl);
    await sendAndConfirmDurableNonceTransactionFactory({ rpc, rpcSubscriptions })(signed, {
      commitment: 'confirmed',
    });
    expect((await rpc.getBalance(to).send()).value).toBe(1_000_000n);
  });
});
