import {
  AddressLookupTableProgram,
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  type PublicKey,
  SystemProgram,
  sendAndConfirmTransaction,
  Transaction,
  type TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket } from '../../socket.js';
import { startTestNet, type TestNet, until } from '../../support.js';
import { idle } from './idle.js';

describe('look-up tables of @solana/web3.js 1.x', () => {
  let test: TestNet;
  let connection: Connection;
  const payer = Keypair.generate();
  const { publicKey: authority } = payer;

  beforeAll(async () => {
    test = await startTestNet();
    connection = new Connection(test.net.url, { commitment: 'confirmed', wsEndpoint: test.net.wsUrl });
    const signature = await connection.requestAirdrop(authority, 2 * LAMPORTS_PER_SOL);
    await connection.confirmTransaction({ signature, ...(await connection.getLatestBlockhash()) });
  });
  afterAll(async () => {
    await idle(connection);
    await test.stop();
  });

  const send = (...instructions: TransactionInstruction[]) =>
    sendAndConfirmTransaction(connection, new Transaction().add(...instructions), [payer]);
  const create = async (addresses: PublicKey[]): Promise<PublicKey> => {
    const [opening, lookupTable] = AddressLookupTableProgram.createLookupTable({
      authority,
      payer: authority,
      recentSlot: await connection.getSlot('confirmed'),
    });
    await send(
      opening,
      AddressLookupTableProgram.extendLookupTable({ payer: authority, authority, lookupTable, addresses }),
    );
    return lookupTable;
  };
  const read = async (table: PublicKey) => {
    const { value } = await connection.getAddressLookupTable(table);
    if (value === null) throw new Error('no look-up table');
    return value;
  };

  it('give addresses to a transaction, whose history they are part of', async () => {
    const bob = Keypair.generate().publicKey;
    const table = await read(await create([bob]));
    // In the slot in which it was extended, a table does not yet give its new addresses.
    await until('the next slot', async () => {
      return (await connection.getSlot('confirmed')) > table.state.lastExtendedSlot;
    });
    const latest = await connection.getLatestBlockhash();
    const message = new TransactionMessage({
      payerKey: authority,
      recentBlockhash: latest.blockhash,
      instructions: [SystemProgram.transfer({ fromPubkey: authority, toPubkey: bob, lamports: 3_000_000 })],
    }).compileToV0Message([table]);
    const transaction = new VersionedTransaction(message);
    transaction.sign([payer]);
    const socket = await openSocket(test.net.wsUrl);
    const watching = await socket.subscribe('logsSubscribe', [
      { mentions: [bob.toBase58()] },
      { commitment: 'confirmed' },
    ]);
    const signature = await connection.sendTransaction(transaction);
    await connection.confirmTransaction({ signature, ...latest });
    expect(await socket.wait(watching)).toMatchObject([{ value: { signature, err: null } }]);
    socket.close();

    const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
    expect(found?.meta?.loadedAddresses?.writable.map(String)).toEqual([bob.toBase58()]);
    expect(found?.meta?.postBalances[2]).toBe(3_000_000);
    const [newest] = await connection.getSignaturesForAddress(bob, {}, 'confirmed');
    expect(newest?.signature).toBe(signature);
    const parsed = await connection.getParsedTransaction(signature, { maxSupportedTransactionVersion: 0 });
    expect(parsed?.transaction.message.accountKeys.map(({ source }) => source)).toEqual([
      'transaction',
      'transaction',
      'lookupTable',
    ]);
    // A client that knows no versions is told so.
    await expect(connection.getTransaction(signature)).rejects.toThrow(/version/);
  });

  it('grow, and end up frozen or deactivated', async () => {
    const [bob, carol] = [Keypair.generate().publicKey, Keypair.generate().publicKey];
    const lookupTable = await create([bob]);
    await send(
      AddressLookupTableProgram.extendLookupTable({
        payer: authority,
        authority,
        lookupTable,
        addresses: [carol],
      }),
    );
    const grown = await read(lookupTable);
    expect(grown.state.addresses.map(String)).toEqual([bob, carol].map(String));
    expect(grown.state.authority?.equals(authority)).toBe(true);
    expect(grown.isActive()).toBe(true);

    await send(AddressLookupTableProgram.freezeLookupTable({ authority, lookupTable }));
    expect((await read(lookupTable)).state.authority).toBeUndefined();
    const other = await create([bob]);
    await send(AddressLookupTableProgram.deactivateLookupTable({ authority, lookupTable: other }));
    expect((await read(other)).isActive()).toBe(false);
    const closing = send(
      AddressLookupTableProgram.closeLookupTable({ authority, lookupTable: other, recipient: authority }),
    );
    // It has to cool down first, for as long as slot hashes are remembered.
    await expect(closing).rejects.toThrow('invalid program argument');
  });
});
