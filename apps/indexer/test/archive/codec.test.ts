import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ByteReader, BytesError, ByteWriter } from '../../src/archive/bytes.js';
import { createTransactionDecoder, createTransactionEncoder } from '../../src/archive/transaction-codec.js';
import { anyHistory } from '../support/any-transaction.js';

describe('bytes', () => {
  it('read back as they were written', () => {
    const anyValue = fc.oneof(
      fc.record({ kind: fc.constant('number' as const), value: fc.maxSafeNat() }),
      fc.record({ kind: fc.constant('u64' as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
      fc.record({
        kind: fc.constant('i64' as const),
        value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      }),
      fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'binary' }) }),
      fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 40 }) }),
      fc.record({ kind: fc.constant('byte' as const), value: fc.nat(255) }),
    );
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 20 }), (values) => {
        const writer = new ByteWriter(1);
        for (const { kind, value } of values) (writer[kind] as (value: unknown) => void).call(writer, value);
        const reader = new ByteReader(writer.view());
        expect(values.map(({ kind }) => reader[kind]())).toEqual(values.map(({ value }) => value));
        expect(reader.done).toBe(true);
      }),
    );
  });

  it.each([-1, 1.5, 2 ** 53, Number.NaN])('refuse %d as a number', (value) => {
    expect(() => new ByteWriter().number(value)).toThrow(BytesError);
  });
});

describe('transactions', () => {
  const encode = (history: Parameters<ReturnType<typeof createTransactionEncoder>['write']>[0][]): Buffer => {
    const writer = new ByteWriter();
    const encoder = createTransactionEncoder(writer);
    for (const transaction of history) encoder.write(transaction);
    return Buffer.from(writer.view());
  };

  it('read back as they were written', () => {
    fc.assert(
      fc.property(anyHistory(0, 500, 12), (history) => {
        const reader = new ByteReader(encode(history));
        const decoder = createTransactionDecoder(reader);
        expect(history.map(() => decoder.read())).toEqual(history);
        expect(reader.done).toBe(true);
      }),
    );
  });

  it('that were damaged end in an error of their own, or in other transactions, and nothing else', () => {
    const history = fc.sample(anyHistory(0, 500, 12), { seed: 3, numRuns: 20 }).flat();
    const bytes = encode(history.toSorted((left, right) => Number(left.slot - right.slot)));
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const damaged = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
        if (!cut) damaged[at] = value;
        try {
          const decoder = createTransactionDecoder(new ByteReader(damaged));
          for (const _ of history) decoder.read();
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(BytesError);
        }
      }),
    );
    expect(refused).toBeGreaterThan(20);
  });
});
