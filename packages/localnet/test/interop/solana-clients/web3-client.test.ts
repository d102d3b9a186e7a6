import {
  AddressLookupTableProgram,
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  SendTransactionError,
  SystemProgram,
  sendAndConfirmTransaction,
  Transaction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from '../../support.js';

describe('@solana/web3.js 1.x', () => {
  let test: TestNet;
  let connection: Connection;
  const payer = Keypair.generate();

  beforeAll(async () => {
    test = await startTestNet();
    connection = new Connection(test.net.url, { commitment: 'confirmed', wsEndpoint: test.net.wsUrl });
    const signature = await connection.requestAirdrop(payer.publicKey, 2 * LAMPORTS_PER_SOL);
    const latest = await connection.getLatestBlockhash();
    const confirmation = await connection.confirmTransaction({ signature, ...latest });
    expect(confirmation.value.err).toBeNull();
  });
  afterAll(() => test.stop());

  it('sends a legacy transaction and confirms it', async () => {
    const bob = Keypair.generate().publicKey;
    const transfer = SystemProgram.transfer({
      fromPubkey: payer.publicKey,
      toPubkey: bob,
      lamports: 1_000_000,
    });
    const signature = await sendAndConfirmTransaction(connection, new Transaction().add(transfer), [payer]);
    expect(await connection.getBalance(bob)).toBe(1_000_000);
    const parsed = await connection.getParsedTransaction(signature, { commitment: 'confirmed' });
    expect(parsed?.meta?.err).toBeNull();
    expect(parsed?.transaction.message.accountKeys.map((key) => key.pubkey.toBase58())).toContain(
      bob.toBase58(),
    );
    const [newest] = await connection.getSignaturesForAddress(bob, { limit: 1 }, 'confirmed');
    expect(newest?.signature).toBe(signature);
  });

  it('sees why a transaction failed', async () => {
    const transfer = SystemProgram.transfer({
      fromPubkey: payer.publicKey,
      toPubkey: Keypair.generate().publicKey,
      lamports: 100 * LAMPORTS_PER_SOL,
    });
    const error: unknown = await sendAndConfirmTransaction(connection, new Transaction().add(transfer), [
      payer,
    ]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SendTransactionError);
    expect((error as SendTransactionError).logs?.join('\n')).toContain('insufficient lamports');
    expect((error as SendTransactionError).message).toContain('custom program error: 0x1');
  });

  it('sends a transaction that takes addresses from a look-up table', async () => {
    const slot = await connection.getSlot('confirmed');
    const [create, table] = AddressLookupTableProgram.createLookupTable({
      authority: payer.publicKey,
      payer: payer.publicKey,
      recentSlot: slot,
    });
    const bob = Keypair.generate().publicKey;
    const extend = AddressLookupTableProgram.extendLookupTable({
      payer: payer.publicKey,
      authority: payer.publicKey,
      lookupTable: table,
      addresses: [bob],
    });
    await sendAndConfirmTransaction(connection, new Transaction().add(create, extend), [payer]);
    const { value: lookup } = await connection.getAddressLookupTable(table);
    if (lookup === null) throw new Error('no look-up table');

    const latest = await connection.getLatestBlockhash();
    const transfer = SystemProgram.transfer({
      fromPubkey: payer.publicKey,
      toPubkey: bob,
      lamports: 3_000_000,
    });
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: latest.blockhash,
      instructions: [transfer],
    }).compileToV0Message([lookup]);
    const transaction = new VersionedTransaction(message);
    transaction.sign([payer]);
    const signature = await connection.sendTransaction(transaction);
    await connection.confirmTransaction({ signature, ...latest });
    const found = await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 0,
    });
    expect(found?.meta?.loadedAddresses?.writable.map(String)).toEqual([bob.toBase58()]);
    expect(found?.meta?.postBalances[2]).toBe(3_000_000);
    // A loaded address is part of the transaction: its history has it.
    const [newest] = await connection.getSignaturesForAddress(bob, {}, 'confirmed');
    expect(newest?.signature).toBe(signature);
    const parsed = await connection.getParsedTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 0,
    });
    expect(parsed?.transaction.message.accountKeys.map((key) => key.source)).toEqual([
      'transaction',
      'transaction',
      'lookupTable',
    ]);
  });

  it('follows an account over its websocket', async () => {
    const bob = Keypair.generate().publicKey;
    const seen = new Promise<number>((resolve) => {
      connection.onAccountChange(bob, (info) => resolve(info.lamports), { commitment: 'confirmed' });
    });
    const transfer = SystemProgram.transfer({
      fromPubkey: payer.publicKey,
      toPubkey: bob,
      lamports: 2_000_000,
    });
    await sendAndConfirmTransaction(connection, new Transaction().add(transfer), [payer]);
    expect(await seen).toBe(2_000_000);
  });
});
