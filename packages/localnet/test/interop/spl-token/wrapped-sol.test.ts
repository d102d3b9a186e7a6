import {
  closeAccount,
  createWrappedNativeAccount,
  getAccount,
  getMint,
  NATIVE_MINT,
  syncNative,
} from '@solana/spl-token';
import {
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  SystemProgram,
  sendAndConfirmTransaction,
  Transaction,
} from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from '../../support.js';
import { idle } from '../solana-clients/idle.js';

describe('wrapped SOL', () => {
  let test: TestNet;
  let connection: Connection;
  const payer = Keypair.generate();

  beforeAll(async () => {
    test = await startTestNet();
    connection = new Connection(test.net.url, { commitment: 'confirmed', wsEndpoint: test.net.wsUrl });
    const signature = await connection.requestAirdrop(payer.publicKey, 5 * LAMPORTS_PER_SOL);
    await connection.confirmTransaction({ signature, ...(await connection.getLatestBlockhash()) });
  });
  afterAll(async () => {
    await idle(connection);
    await test.stop();
  });

  it('is a token of 9 decimals without an authority', async () => {
    expect(await getMint(connection, NATIVE_MINT)).toMatchObject({ decimals: 9, mintAuthority: null });
  });

  it('wraps, counts what arrives later, and unwraps', async () => {
    const owner = Keypair.generate();
    const account = await createWrappedNativeAccount(connection, payer, owner.publicKey, LAMPORTS_PER_SOL);
    const { rentExemptReserve, ...wrapped } = await getAccount(connection, account);
    expect(wrapped).toMatchObject({ amount: BigInt(LAMPORTS_PER_SOL), isNative: true });
    const transfer = SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: account, lamports: 5 });
    await sendAndConfirmTransaction(connection, new Transaction().add(transfer), [payer]);
    expect((await getAccount(connection, account)).amount).toBe(BigInt(LAMPORTS_PER_SOL));
    await syncNative(connection, payer, account);
    expect((await getAccount(connection, account)).amount).toBe(BigInt(LAMPORTS_PER_SOL) + 5n);
    await closeAccount(connection, payer, account, owner.publicKey, owner);
    expect(await connection.getBalance(owner.publicKey)).toBe(
      LAMPORTS_PER_SOL + 5 + Number(rentExemptReserve),
    );
  });
});
