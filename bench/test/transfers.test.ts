import { createPublicKey, verify } from 'node:crypto';
import {
  assertIsFullySignedTransaction,
  getAddressEncoder,
  getBase58Decoder,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
} from '@solana/kit';
import { getTransferSolInstructionDataDecoder } from '@solana-program/system';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signatureOf } from '../src/localnet/load.js';
import { createWallet, signTransfers } from '../src/localnet/transfers.js';

const ED25519_KEY_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const BLOCKHASH = getBase58Decoder().decode(new Uint8Array(32).fill(7));

test('transfers are signed by their payers, go round among the wallets and are all different', () => {
  const wallets = Array.from({ length: 3 }, createWallet);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 1, max: 9 }), (first, count) => {
      const transfers = signTransfers(wallets, BLOCKHASH, first, count);
      expect(transfers).toHaveLength(count);
      transfers.forEach((bytes, index) => {
        const transaction = getTransactionDecoder().decode(bytes);
        assertIsFullySignedTransaction(transaction);
        const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
        const payer = wallets[index % wallets.length]?.address;
        const receiver = wallets[(index + 1) % wallets.length]?.address;
        if (payer === undefined) throw new Error('there is no payer');
        expect(message.staticAccounts.slice(0, 2)).toEqual([payer, receiver]);
        expect('lifetimeToken' in message && message.lifetimeToken).toBe(BLOCKHASH);

        const [instruction] = 'instructions' in message ? message.instructions : [];
        const data = getTransferSolInstructionDataDecoder().decode(instruction?.data ?? new Uint8Array());
        expect(data.amount).toBe(BigInt(first + index));

        const key = createPublicKey({
          key: Buffer.concat([ED25519_KEY_HEAD, Buffer.from(getAddressEncoder().encode(payer))]),
          format: 'der',
          type: 'spki',
        });
        const signature = bytes.subarray(1, 65);
        expect(verify(null, bytes.subarray(65), key, signature)).toBe(true);
        expect(signatureOf(Buffer.from(bytes).toString('base64'))).toBe(getBase58Decoder().decode(signature));
      });
    }),
    { numRuns: 20 },
  );
});

test('no wallets are an error', () => {
  expect(() => signTransfers([], BLOCKHASH, 0, 1)).toThrow(/wallets/);
});
