import {
  address,
  appendTransactionMessageInstructions,
  type Blockhash,
  createTransactionMessage,
  generateKeyPairSigner,
  getTransactionEncoder,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoOf } from '../src/chain/memo.js';
import type { TokenBalance, TransactionMeta, TransactionRecord } from '../src/chain/types.js';
import { createBase58 } from '../src/encodings/base58.js';
import { readTransaction } from '../src/encodings/transaction-wire.js';
import { packBlock } from '../src/history/packed-block.js';
import { createTransactionCodec } from '../src/history/transaction-codec.js';

const base58 = createBase58();
const codec = createTransactionCodec(base58);

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const index = fc.nat({ max: 255 });
const base64 = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));

const error = fc.oneof(
  fc.constant(null),
  fc.constantFrom('AccountInUse', 'InsufficientFundsForFee'),
  fc.record({ InsufficientFundsForRent: fc.record({ account_index: index }) }),
  fc.tuple(index, fc.record({ Custom: fc.nat() })).map((inner) => ({ InstructionError: inner })),
  fc.tuple(index, fc.record({ BorshIoError: text })).map((inner) => ({ InstructionError: inner })),
);
const tokenBalance: fc.Arbitrary<TokenBalance> = fc.record({
  accountIndex: index,
  mint: text,
  owner: text,
  programId: text,
  amount: u64.map(String),
  decimals: index,
});
const inner = fc.record({
  index,
  instructions: fc.array(
    fc.record({
      programIdIndex: index,
      accounts: fc.array(index, { maxLength: 4 }),
      data: text,
      stackHeight: index,
    }),
    { maxLength: 3 },
  ),
});
const meta: fc.Arbitrary<TransactionMeta> = fc.record({
  err: error,
  fee: u64,
  preBalances: fc.array(u64, { maxLength: 4 }),
  postBalances: fc.array(u64, { maxLength: 4 }),
  preTokenBalances: fc.array(tokenBalance, { maxLength: 2 }),
  postTokenBalances: fc.array(tokenBalance, { maxLength: 2 }),
  innerInstructions: fc.array(inner, { maxLength: 2 }),
  logMessages: fc.array(text, { maxLength: 4 }),
  loadedAddresses: fc.record({
    writable: fc.array(text, { maxLength: 2 }),
    readonly: fc.array(text, { maxLength: 2 }),
  }),
  computeUnitsConsumed: u64,
  returnData: fc.option(fc.record({ programId: text, data: base64 })),
});
const position = fc.record({ slot: fc.maxSafeNat(), index: fc.nat() });

describe('how a transaction is kept on disk', () => {
  let wires: Uint8Array[];

  const sign = async (memo: string | null): Promise<Uint8Array> => {
    const payer = await generateKeyPairSigner();
    const transfer = getTransferSolInstruction({
      source: payer,
      destination: payer.address,
      amount: 1n,
    });
    const note = {
      programAddress: address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'),
      data: new TextEncoder().encode(memo ?? ''),
    };
    const signed = await signTransactionMessageWithSigners(
      pipe(
        createTransactionMessage({ version: 0 }),
        (draft) => setTransactionMessageFeePayerSigner(payer, draft),
        (draft) =>
          setTransactionMessageLifetimeUsingBlockhash(
            { blockhash: payer.address as string as Blockhash, lastValidBlockHeight: 0n },
            draft,
          ),
        (draft) => appendTransactionMessageInstructions(memo === null ? [transfer] : [transfer, note], draft),
      ),
    );
    return new Uint8Array(getTransactionEncoder().encode(signed));
  };
  const record = (wire: Uint8Array, of: TransactionMeta, at: { slot: number; index: number }) => {
    const transaction = readTransaction(wire, base58);
    return { ...at, transaction, meta: of, memo: memoOf(transaction.message) } satisfies TransactionRecord;
  };

  beforeAll(async () => {
    wires = [await sign(null), await sign('gm ☀')];
  });

  it('gives back every body', () => {
    fc.assert(
      fc.property(meta, position, fc.nat({ max: 1 }), (outcome, at, which) => {
        const given = record(wires[which] ?? new Uint8Array(), outcome, at);
        const bytes = codec.body(given);
        expect(codec.readBody(bytes, at)).toEqual(given);
      }),
    );
  });

  it('gives back every block that was packed', () => {
    fc.assert(
      fc.property(fc.array(meta, { maxLength: 4 }), fc.maxSafeNat(), (outcomes, slot) => {
        const records = outcomes.map((outcome, index) =>
          record(wires[index % 2] ?? new Uint8Array(), outcome, { slot, index }),
        );
        const header = {
          slot,
          parentSlot: 0,
          blockHeight: 0,
          blockhash: '',
          previousBlockhash: '',
          blockTime: 0,
          transactionCount: records.length,
          totalTransactions: records.length,
        };
        const accounts = new Map([['address', null]]);
        const packed = packBlock({ header, records, accounts }, records.map(codec.body), codec);
        expect(packed.records).toEqual(records);
        expect(packed.records).toBe(packed.records);
        expect(packed).toMatchObject({ header, accounts });
      }),
    );
  });

  it('gives back every summary', () => {
    const summary = fc.record({
      signature: fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => base58.encode(bytes)),
      err: error,
      memo: fc.option(text),
      blockTime: fc.nat({ max: 2 ** 40 }),
    });
    fc.assert(
      fc.property(summary, position, (given, at) => {
        const whole = { ...given, ...at };
        expect(codec.readSummary(codec.summary(whole), at)).toEqual(whole);
      }),
    );
  });

  it('reads what the first format wrote', () => {
    fc.assert(
      fc.property(meta, position, fc.nat({ max: 1 }), (outcome, at, which) => {
        const given = record(wires[which] ?? new Uint8Array(), outcome, at);
        const body = JSON.stringify({
          wire: Buffer.from(given.transaction.bytes).toString('base64'),
          memo: given.memo,
          meta: {
            ...outcome,
            fee: String(outcome.fee),
            preBalances: outcome.preBalances.map(String),
            postBalances: outcome.postBalances.map(String),
            computeUnitsConsumed: String(outcome.computeUnitsConsumed),
          },
        });
        const read = codec.readBody(Buffer.from(body, 'utf8'), at);
        expect({ ...read, transaction: Buffer.from(read.transaction.bytes) }).toEqual({
          ...given,
          transaction: Buffer.from(given.transaction.bytes),
        });
        const summary = {
          signature: given.transaction.signature,
          ...at,
          err: outcome.err,
          memo: given.memo,
          blockTime: 1_790_000_000,
        };
        expect(codec.readSummary(Buffer.from(JSON.stringify(summary), 'utf8'), at)).toEqual(summary);
      }),
    );
  });
});
