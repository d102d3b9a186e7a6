import {
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  type PublicKey,
  SendTransactionError,
  SystemProgram,
  sendAndConfirmTransaction,
  Transaction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet, until } from '../../support.js';
import { idle } from './idle.js';
import { rejection } from './rejection.js';

describe('transactions of @solana/web3.js 1.x', () => {
  let test: TestNet;
  let connection: Connection;
  const payer = Keypair.generate();

  beforeAll(async () => {
    test = await startTestNet();
    connection = new Connection(test.net.url, { commitment: 'confirmed', wsEndpoint: test.net.wsUrl });
    const signature = await connection.requestAirdrop(payer.publicKey, 2 * LAMPORTS_PER_SOL);
    const confirmation = await connection.confirmTransaction({
      signature,
      ...(await connection.getLatestBlockhash()),
    });
    expect(confirmation.value.err).toBeNull();
  });
  afterAll(async () => {
    await idle(connection);
    await test.stop();
  });

  const transfer = (toPubkey: PublicKey, lamports: number, from = payer) =>
    SystemProgram.transfer({ fromPubkey: from.publicKey, toPubkey, lamports });
  const someone = (): PublicKey => Keypair.generate().publicKey;

  it('are confirmed, legacy ones', async () => {
    const bob = someone();
    const signature = await sendAndConfirmTransaction(
      connection,
      new Transaction().add(transfer(bob, 1_000_000)),
      [payer],
    );
    expect(await connection.getBalance(bob)).toBe(1_000_000);
    const parsed = await connection.getParsedTransaction(signature, { maxSupportedTransactionVersion: 0 });
    expect(parsed?.meta?.err).toBeNull();
    expect(parsed?.version).toBe('legacy');
    const keys = parsed?.transaction.message.accountKeys.map(({ pubkey }) => pubkey.toBase58());
    expect(keys).toContain(bob.toBase58());
    const [newest] = await connection.getSignaturesForAddress(bob, { limit: 1 }, 'confirmed');
    expect(newest?.signature).toBe(signature);
  });

  it('are signed by two parties that never share a key', async () => {
    const sender = Keypair.generate();
    const bob = someone();
    const fund = new Transaction().add(transfer(sender.publicKey, 2_000_000));
    await sendAndConfirmTransaction(connection, fund, [payer]);
    const latest = await connection.getLatestBlockhash();
    const half = new Transaction({ feePayer: payer.publicKey, ...latest }).add(
      transfer(bob, 2_000_000, sender),
    );
    half.partialSign(sender);
    expect(() => half.serialize()).toThrow(/Missing signature for public key/);
    // The other party gets it as bytes, looks at it, and pays for it.
    const whole = Transaction.from(half.serialize({ requireAllSignatures: false }));
    expect(whole.signatures.map(({ signature }) => signature !== null)).toEqual([false, true]);
    whole.partialSign(payer);
    const signature = await connection.sendRawTransaction(whole.serialize());
    await connection.confirmTransaction({ signature, ...latest });
    expect(await connection.getBalance(bob)).toBe(2_000_000);
    expect(await connection.getBalance(sender.publicKey)).toBe(0);
  });

  it('are signed by two parties, with a version', async () => {
    const [sender, bob] = [Keypair.generate(), someone()];
    const fund = new Transaction().add(transfer(sender.publicKey, 2_000_000));
    await sendAndConfirmTransaction(connection, fund, [payer]);
    const latest = await connection.getLatestBlockhash();
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: latest.blockhash,
      instructions: [transfer(bob, 2_000_000, sender)],
    }).compileToV0Message();
    const half = new VersionedTransaction(message);
    half.sign([sender]);
    const refused = await rejection(connection.sendTransaction(half));
    expect(String(refused)).toMatch(/signature verification fail/i);
    const whole = VersionedTransaction.deserialize(half.serialize());
    whole.sign([payer]);
    const signature = await connection.sendTransaction(whole);
    await connection.confirmTransaction({ signature, ...latest });
    expect(await connection.getBalance(bob)).toBe(2_000_000);
  });

  it('tell by their preflight why they would fail', async () => {
    const error = await rejection(
      sendAndConfirmTransaction(
        connection,
        new Transaction().add(transfer(someone(), 100 * LAMPORTS_PER_SOL)),
        [payer],
      ),
    );
    if (!(error instanceof SendTransactionError)) throw error;
    expect(error.transactionError.message).toContain('custom program error: 0x1');
    expect(error.logs?.join('\n')).toContain('insufficient lamports');
  });

  it('tell why they failed on the chain', async () => {
    const latest = await connection.getLatestBlockhash();
    const failing = new Transaction({ feePayer: payer.publicKey, ...latest }).add(
      transfer(someone(), 100 * LAMPORTS_PER_SOL),
    );
    failing.sign(payer);
    const signature = await connection.sendRawTransaction(failing.serialize(), { skipPreflight: true });
    const failure = { InstructionError: [0, { Custom: 1 }] };
    const landed = await until('the transaction', () => connection.getTransaction(signature));
    expect(landed.meta?.err).toEqual(failure);
    expect((await connection.getSignatureStatus(signature)).value?.err).toEqual(failure);
    // The client rejects with the error when it finds the status before it is notified, and else returns it.
    const confirmation = connection.confirmTransaction({ signature, ...latest });
    const outcome = await confirmation.then(
      ({ value }) => value.err,
      (error: unknown) => error,
    );
    expect(outcome).toEqual(failure);
    const logs = await new SendTransactionError({
      action: 'send',
      signature,
      transactionMessage: '',
    }).getLogs(connection);
    expect(logs.join('\n')).toContain('insufficient lamports');
  });

  it('expire with their blockhash', async () => {
    const blockhash = someone().toBase58();
    const stale = new Transaction({ feePayer: payer.publicKey, blockhash, lastValidBlockHeight: 1 }).add(
      transfer(someone(), 1_000_000),
    );
    stale.sign(payer);
    await expect(connection.sendRawTransaction(stale.serialize())).rejects.toThrow('Blockhash not found');
    const signature = await connection.sendRawTransaction(stale.serialize(), { skipPreflight: true });
    const waiting = connection.confirmTransaction({ signature, blockhash, lastValidBlockHeight: 1 });
    await expect(waiting).rejects.toThrow('block height exceeded');
  });

  it('are simulated, with the accounts they would leave', async () => {
    const bob = someone();
    const { blockhash } = await connection.getLatestBlockhash();
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [transfer(bob, 1_000_000)],
    }).compileToV0Message();
    const { value } = await connection.simulateTransaction(new VersionedTransaction(message), {
      replaceRecentBlockhash: true,
      accounts: { encoding: 'base64', addresses: [bob.toBase58()] },
    });
    expect(value).toMatchObject({ err: null, unitsConsumed: 150, accounts: [{ lamports: 1_000_000 }] });
    expect(await connection.getBalance(bob)).toBe(0);
    const fee = await connection.getFeeForMessage(message);
    expect(fee.value).toBe(5_000);
  });
});
