import {
  AccountRole,
  type Address,
  address,
  assertIsSendableTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  decompileTransactionMessageFetchingLookupTables,
  fetchAddressesForLookupTables,
  generateKeyPairSigner,
  getCompiledTransactionMessageDecoder,
  getSignatureFromTransaction,
  type Instruction,
  isTransactionMessageWithinSizeLimit,
  type KeyPairSigner,
  sendTransactionWithoutConfirmingFactory,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { AddressLookupTableProgram, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet, until } from '../../support.js';
import { createKitClient, type KitClient } from './kit.js';

describe('look-up tables of @solana/kit', () => {
  let test: TestNet;
  let client: KitClient;
  let table: Address;
  let receivers: Address[];

  beforeAll(async () => {
    test = await startTestNet();
    client = await createKitClient(test);
    receivers = await Promise.all(
      Array.from({ length: 26 }, async () => (await generateKeyPairSigner()).address),
    );
    table = await openTable(client, receivers);
  });
  afterAll(() => test.stop());

  it('are fetched and put into a transaction that would be too large without', async () => {
    const addresses = await fetchAddressesForLookupTables([table], client.rpc, { commitment: 'confirmed' });
    expect(addresses).toEqual({ [table]: receivers });
    const draft = await client.draft(
      receivers.map((destination) =>
        getTransferSolInstruction({ source: client.payer, destination, amount: 1_000_000n }),
      ),
    );
    expect(isTransactionMessageWithinSizeLimit(draft)).toBe(false);
    const signed = await signTransactionMessageWithSigners(
      compressTransactionMessageUsingAddressLookupTables(draft, addresses),
    );
    assertIsSendableTransaction(signed);
    await sendTransactionWithoutConfirmingFactory(client)(signed, { commitment: 'confirmed' });
    const signature = getSignatureFromTransaction(signed);
    const config = {
      commitment: 'confirmed',
      encoding: 'json',
      maxSupportedTransactionVersion: 0,
    } as const;
    const found = await until('the transaction', () => client.rpc.getTransaction(signature, config).send());
    expect(found.meta?.err).toBeNull();
    expect(new Set(found.meta?.loadedAddresses?.writable)).toEqual(new Set(receivers));
    expect(found.transaction.message).toMatchObject({
      addressTableLookups: [{ accountKey: table, readonlyIndexes: [] }],
    });

    const { value } = await client.rpc.getMultipleAccounts(receivers, { commitment: 'confirmed' }).send();
    expect(value.map((account) => account?.lamports)).toEqual(receivers.map(() => 1_000_000n));
  });

  it('are resolved when a transaction is read back into its instructions', async () => {
    const [destination] = receivers;
    if (destination === undefined) throw new Error('no receiver');
    const transfer = getTransferSolInstruction({ source: client.payer, destination, amount: 1n });
    const draft = compressTransactionMessageUsingAddressLookupTables(await client.draft([transfer]), {
      [table]: receivers,
    });
    const { messageBytes } = await signTransactionMessageWithSigners(draft);
    const compiled = getCompiledTransactionMessageDecoder().decode(messageBytes);
    const message = await decompileTransactionMessageFetchingLookupTables(compiled, client.rpc, {
      commitment: 'confirmed',
    });
    expect(message.instructions[0]?.accounts?.map((account) => account.address)).toEqual([
      client.payer.address,
      destination,
    ]);
  });
});

/** Creates a table of these addresses and waits until it may be used, which is one slot later. */
async function openTable({ rpc, payer, send }: KitClient, addresses: Address[]): Promise<Address> {
  const key = new PublicKey(payer.address);
  const [create, table] = AddressLookupTableProgram.createLookupTable({
    authority: key,
    payer: key,
    recentSlot: await rpc.getSlot({ commitment: 'confirmed' }).send(),
  });
  const extend = AddressLookupTableProgram.extendLookupTable({
    lookupTable: table,
    authority: key,
    payer: key,
    addresses: addresses.map((each) => new PublicKey(each)),
  });
  await send([fromWeb3(create, payer), fromWeb3(extend, payer)]);
  const extendedBy = await rpc.getSlot({ commitment: 'confirmed' }).send();
  await until(
    'the next slot',
    async () => (await rpc.getSlot({ commitment: 'confirmed' }).send()) > extendedBy,
  );
  return address(table.toBase58());
}

/** The instruction for @solana/kit, signed by `signer`. */
function fromWeb3({ programId, keys, data }: TransactionInstruction, signer: KeyPairSigner): Instruction {
  return {
    programAddress: address(programId.toBase58()),
    data,
    accounts: keys.map(({ pubkey, isSigner, isWritable }) => {
      const role = isSigner
        ? isWritable
          ? AccountRole.WRITABLE_SIGNER
          : AccountRole.READONLY_SIGNER
        : isWritable
          ? AccountRole.WRITABLE
          : AccountRole.READONLY;
      return { address: address(pubkey.toBase58()), role, ...(isSigner ? { signer } : {}) };
    }),
  };
}
