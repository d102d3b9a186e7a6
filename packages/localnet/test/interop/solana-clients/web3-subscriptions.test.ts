import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from '@inferscan/protocol';
import {
  type AccountInfo,
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  type Logs,
  PublicKey,
  type SlotInfo,
  type SlotUpdate,
  SystemProgram,
  sendAndConfirmTransaction,
  Transaction,
} from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startTestNet, type TestNet, until } from '../../support.js';
import { idle } from './idle.js';

describe('subscriptions of @solana/web3.js 1.x', () => {
  let test: TestNet;
  let connection: Connection;
  const payer = Keypair.generate();

  beforeAll(async () => {
    test = await startTestNet({ slotMs: 20 });
    connection = new Connection(test.net.url, { commitment: 'confirmed', wsEndpoint: test.net.wsUrl });
    const signature = await connection.requestAirdrop(payer.publicKey, 2 * LAMPORTS_PER_SOL);
    await connection.confirmTransaction({ signature, ...(await connection.getLatestBlockhash()) });
  });
  afterAll(async () => {
    await idle(connection);
    await test.stop();
  });

  let lamports = 1_000_000;
  /** Pays an address until `seen` says so: subscriptions of web3.js do not tell when they have been opened. */
  const payUntil = async <T>(to: PublicKey, seen: () => T | undefined): Promise<T> =>
    until('a notification', async () => {
      lamports += 1;
      const transfer = SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports });
      await sendAndConfirmTransaction(connection, new Transaction().add(transfer), [payer]);
      return seen();
    });

  it('tell of an account', async () => {
    const bob = Keypair.generate().publicKey;
    const told: { info: AccountInfo<Buffer>; slot: number }[] = [];
    const id = connection.onAccountChange(bob, (info, { slot }) => told.push({ info, slot }), {
      commitment: 'confirmed',
    });
    const first = await payUntil(bob, () => told[0]);
    await connection.removeAccountChangeListener(id);
    expect(first.info.owner.toBase58()).toBe(SYSTEM_PROGRAM);
    expect(first.info.lamports).toBeGreaterThan(1_000_000);
    expect(first.info.data).toHaveLength(0);
    expect(first.slot).toBeLessThanOrEqual(await connection.getSlot('confirmed'));
  });

  it('tell of the accounts of a program that pass the filters', async () => {
    const owner = Keypair.generate().publicKey.toBase58();
    const told: { accountId: PublicKey; accountInfo: AccountInfo<Buffer> }[] = [];
    const id = connection.onProgramAccountChange(
      new PublicKey(TOKEN_PROGRAM),
      (change) => told.push(change),
      {
        commitment: 'confirmed',
        filters: [{ dataSize: 165 }, { memcmp: { offset: 32, bytes: owner } }],
      },
    );
    const gift = async (address: string): Promise<void> => {
      await post(`${test.net.url}/faucet`, JSON.stringify({ address, nos: '7' }));
    };
    const change = await until('a change', async () => {
      await gift(Keypair.generate().publicKey.toBase58());
      await gift(owner);
      return told[0];
    });
    await connection.removeProgramAccountChangeListener(id);
    expect(change.accountInfo.data.subarray(32, 64)).toEqual(new PublicKey(owner).toBuffer());
    expect(new Set(told.map(({ accountId }) => accountId.toBase58())).size).toBe(1);
  });

  it('tell of logs, all or those that mention an address', async () => {
    const bob = Keypair.generate().publicKey;
    const [all, mentioned]: [Logs[], Logs[]] = [[], []];
    const ids = [
      connection.onLogs('all', (logs) => all.push(logs), 'confirmed'),
      connection.onLogs(bob, (logs) => mentioned.push(logs), 'confirmed'),
    ];
    await payUntil(payer.publicKey, () => all[0]);
    expect(mentioned).toEqual([]);
    const told = await payUntil(bob, () => mentioned[0]);
    for (const id of ids) await connection.removeOnLogsListener(id);
    expect(told).toMatchObject({ err: null });
    expect(told.logs).toContain(`Program ${SYSTEM_PROGRAM} success`);
  });

  it('tell that a signature was received, or what came of it', async () => {
    const transfer = SystemProgram.transfer({
      fromPubkey: payer.publicKey,
      toPubkey: Keypair.generate().publicKey,
      lamports: 100 * LAMPORTS_PER_SOL,
    });
    const transaction = new Transaction({
      feePayer: payer.publicKey,
      ...(await connection.getLatestBlockhash()),
    }).add(transfer);
    transaction.sign(payer);
    const signature = await connection.sendRawTransaction(transaction.serialize(), { skipPreflight: true });
    const told: unknown[] = [];
    // The client stops listening after the first notification, whichever it is.
    connection.onSignatureWithOptions(signature, (notification) => told.push(notification), {
      commitment: 'confirmed',
      enableReceivedNotification: true,
    });
    await until('the receipt', async () => told.length > 0);
    connection.onSignature(signature, (result) => told.push(result), 'confirmed');
    await until('the result', async () => told.length > 1);
    expect(told).toEqual([{ type: 'received' }, { err: { InstructionError: [0, { Custom: 1 }] } }]);
  });

  it('tell of slots, their steps and the roots', async () => {
    const slots: SlotInfo[] = [];
    const updates: SlotUpdate[] = [];
    const roots: number[] = [];
    const ids = [
      connection.onSlotChange((slot) => slots.push(slot)),
      connection.onSlotUpdate((update) => updates.push(update)),
      connection.onRootChange((root) => roots.push(root)),
    ] as const;
    await until(
      'slots and roots',
      async () => slots.length >= 2 && roots.length >= 2 && updates.length >= 12,
    );
    await connection.removeSlotChangeListener(ids[0]);
    await connection.removeSlotUpdateListener(ids[1]);
    await connection.removeRootChangeListener(ids[2]);
    expect(slots[1]?.parent).toBe(slots[0]?.slot);
    expect(roots[1]).toBe((roots[0] ?? -1) + 1);
    expect(updates.find(({ type }) => type === 'frozen')).toMatchObject({
      stats: { numTransactionEntries: 0, numFailedTransactions: 0 },
    });
    expect(updates.find(({ type }) => type === 'createdBank')).toMatchObject({ parent: expect.any(Number) });
  });
});
