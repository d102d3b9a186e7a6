import {
  AccountRole,
  type Address,
  appendTransactionMessageInstructions,
  type Blockhash,
  compileTransaction,
  createTransactionMessage,
  getAddressDecoder,
  getTransactionEncoder,
  type Instruction,
  isSignerRole,
  isWritableRole,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeOf } from '../src/chain/fees.js';
import { createVm } from '../src/chain/vm.js';
import { createBase58 } from '../src/encodings/base58.js';
import { isWritableIndex, readTransaction } from '../src/encodings/transaction-wire.js';
import { WireError } from '../src/encodings/wire-reader.js';

const base58 = createBase58();
const decoder = getAddressDecoder();

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Address => decoder.decode(bytes));
const COMPUTE_BUDGET = 'ComputeBudget111111111111111111111111111111' as Address;
const MAX_SIGNERS = 12;
const SYSTEM = '11111111111111111111111111111111' as Address;
const MEMO = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr' as Address;

const anyInstruction = fc.record({
  programAddress: key,
  accounts: fc.array(
    fc.record({
      address: key,
      role: fc.constantFrom(
        AccountRole.READONLY,
        AccountRole.WRITABLE,
        AccountRole.READONLY_SIGNER,
        AccountRole.WRITABLE_SIGNER,
      ),
    }),
    { maxLength: 5 },
  ),
  data: fc.uint8Array({ maxLength: 40 }),
});

function encode(version: 'legacy' | 0, payer: Address, instructions: readonly Instruction[]): Uint8Array {
  // @solana/kit does not let a program pay fees or be written to.
  const programs = new Set(instructions.map(({ programAddress }) => programAddress));
  const written = instructions.flatMap(({ accounts = [] }) =>
    accounts.filter(({ role }) => isWritableRole(role)).map(({ address }) => address),
  );
  fc.pre([payer, ...written].every((address) => !programs.has(address)));
  // Nor does it take more signers than fit into a packet.
  const signers = instructions.flatMap(({ accounts = [] }) =>
    accounts.filter(({ role }) => isSignerRole(role)).map(({ address }) => address),
  );
  fc.pre(new Set([payer, ...signers]).size <= MAX_SIGNERS);
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (draft) => setTransactionMessageFeePayer(payer, draft),
    (draft) =>
      setTransactionMessageLifetimeUsingBlockhash(
        { blockhash: SYSTEM as string as Blockhash, lastValidBlockHeight: 0n },
        draft,
      ),
    (draft) => appendTransactionMessageInstructions(instructions, draft),
  );
  const compiled = compileTransaction(version === 0 ? message : { ...message, version: 'legacy' });
  return new Uint8Array(getTransactionEncoder().encode(compiled));
}

describe('the wire format', () => {
  it('reads what @solana/kit writes, roles included', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('legacy' as const, 0 as const),
        key,
        fc.array(anyInstruction, { maxLength: 4 }),
        (version, payer, instructions) => {
          const bytes = encode(version, payer, instructions);
          fc.pre(bytes.length <= 1232);
          const { message } = readTransaction(bytes, base58);
          expect(message.version).toBe(version);
          expect(message.staticKeys[0]).toBe(payer);
          instructions.forEach((wanted, position) => {
            const read = message.instructions[position];
            expect(message.staticKeys[read?.programIdIndex ?? -1]).toBe(wanted.programAddress);
            expect(Buffer.from(read?.data ?? [])).toEqual(Buffer.from(wanted.data ?? []));
            wanted.accounts.forEach(({ address, role }, index) => {
              const at = read?.accounts[index] ?? -1;
              expect(message.staticKeys[at]).toBe(address);
              if (role === AccountRole.WRITABLE || role === AccountRole.WRITABLE_SIGNER) {
                expect(isWritableIndex(message, at)).toBe(true);
              }
              if (role === AccountRole.READONLY_SIGNER || role === AccountRole.WRITABLE_SIGNER) {
                expect(at).toBeLessThan(message.header.numRequiredSignatures);
              }
            });
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  // LiteSVM ends the process on bytes that it cannot parse: what gets through here must never do that.
  it('refuses damaged bytes or hands the virtual machine something that it can take', () => {
    const vm = createVm(base58);
    fc.assert(
      fc.property(
        fc.constantFrom('legacy' as const, 0 as const),
        key,
        fc.array(anyInstruction, { maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(1231), fc.nat(255)), { maxLength: 4 }),
        fc.option(fc.nat(1231)),
        (version, payer, instructions, damage, cut) => {
          const bytes = encode(version, payer, instructions);
          for (const [at, value] of damage) if (at < bytes.length) bytes[at] = value;
          try {
            const transaction = readTransaction(cut === null ? bytes : bytes.subarray(0, cut), base58);
            const { err } = vm.simulate(transaction, { verifySignatures: false });
            expect(err).not.toBeNull();
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('fees', () => {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const u64 = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return bytes;
  };

  it('are what the virtual machine takes from the payer', () => {
    const vm = createVm(base58);
    const payer = decoder.decode(new Uint8Array(32).fill(9));
    const before = 10n ** 15n;
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1_000, max: 1_500_000 })),
        fc.option(fc.bigInt({ min: 0n, max: 10_000_000n })),
        fc.nat(3),
        (limit, price, memos) => {
          vm.setAccount(payer, {
            lamports: before,
            owner: SYSTEM,
            data: new Uint8Array(),
            executable: false,
            rentEpoch: 0n,
          });
          const budget = [
            ...(limit === null ? [] : [Buffer.concat([Buffer.of(2), u32(limit)])]),
            ...(price === null ? [] : [Buffer.concat([Buffer.of(3), u64(price)])]),
          ].map((data): Instruction => ({ programAddress: COMPUTE_BUDGET, data }));
          const memo: Instruction = { programAddress: MEMO, data: Buffer.from('hi') };
          const bytes = encode(0, payer, [...budget, ...Array.from({ length: memos }, () => memo)]);
          const transaction = readTransaction(bytes, base58);
          vm.execute(transaction, { verifySignatures: false });
          expect(before - vm.balance(payer)).toBe(feeOf(transaction.message));
        },
      ),
      { numRuns: 60 },
    );
  });
});
