import {
  AccountRole,
  type Address,
  appendTransactionMessageInstruction,
  type Blockhash,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  getAddressDecoder,
  getAddressEncoder,
  getTransactionEncoder,
  type Instruction,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rememberAccounts } from '../src/chain/remembered-accounts.js';
import type { AccountState } from '../src/chain/types.js';
import { createVm, type Vm } from '../src/chain/vm.js';
import { createBase58 } from '../src/encodings/base58.js';
import { readTransaction } from '../src/encodings/transaction-wire.js';

const base58 = createBase58();
const SYSTEM = '11111111111111111111111111111111' as Address;
const TABLES = 'AddressLookupTab1e1111111111111111111111111' as Address;
const CLOCK = 'SysvarC1ock11111111111111111111111111111111' as Address;
const keyOf = (seed: number): Address => getAddressDecoder().decode(new Uint8Array(32).fill(seed));

const PAYER = keyOf(1);
const KEYS = [2, 3, 4, 5, 6].map(keyOf);
const TABLE = keyOf(200);
const RICH = 10n ** 12n;

const wallet = (lamports: bigint): AccountState => ({
  lamports,
  owner: SYSTEM,
  data: new Uint8Array(),
  executable: false,
  rentEpoch: 0n,
});

/** A look-up table that holds all keys, as its program lays it out. */
function tableOfKeys(): AccountState {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(1, 0);
  // It was never given up.
  header.writeBigUInt64LE(2n ** 64n - 1n, 4);
  const data = Buffer.concat([header, ...KEYS.map((key) => new Uint8Array(getAddressEncoder().encode(key)))]);
  return { ...wallet(RICH), owner: TABLES, data };
}

/** Instructions of the system program: 2 moves lamports, 8 gives an account room. */
function transfer(from: Address, to: Address, lamports: bigint): Instruction {
  const data = Buffer.alloc(12);
  data.writeUInt32LE(2);
  data.writeBigUInt64LE(lamports, 4);
  const accounts = [
    { address: from, role: AccountRole.WRITABLE_SIGNER },
    { address: to, role: AccountRole.WRITABLE },
  ];
  return { programAddress: SYSTEM, accounts, data };
}

function allocate(address: Address, bytes: number): Instruction {
  const data = Buffer.alloc(12);
  data.writeUInt32LE(8);
  data.writeBigUInt64LE(BigInt(bytes), 4);
  return { programAddress: SYSTEM, accounts: [{ address, role: AccountRole.WRITABLE_SIGNER }], data };
}

/** Executes it, by a payer who always can; `byTable` names accounts that need not sign by the table. */
function execute(vm: Vm, instruction: Instruction, byTable: boolean): void {
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (draft) => setTransactionMessageFeePayer(PAYER, draft),
    (draft) =>
      setTransactionMessageLifetimeUsingBlockhash(
        { blockhash: SYSTEM as string as Blockhash, lastValidBlockHeight: 0n },
        draft,
      ),
    (draft) => appendTransactionMessageInstruction(instruction, draft),
    (draft) =>
      byTable ? compressTransactionMessageUsingAddressLookupTables(draft, { [TABLE]: KEYS }) : draft,
  );
  const bytes = new Uint8Array(getTransactionEncoder().encode(compileTransaction(message)));
  vm.execute(readTransaction(bytes, base58), { verifySignatures: false });
}

type Action = (vm: Vm) => void;

const key = fc.constantFrom(...KEYS);
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  // Some are more than there is: the payer pays for those all the same.
  fc
    .tuple(fc.constantFrom(PAYER, ...KEYS), key, fc.bigInt({ min: 0n, max: 4n * 10n ** 6n }), fc.boolean())
    .map(
      ([from, to, lamports, byTable]): Action =>
        (vm) =>
          execute(vm, transfer(from, to, lamports), byTable),
    ),
  fc.tuple(key, fc.nat(100)).map(
    ([address, bytes]): Action =>
      (vm) =>
        execute(vm, allocate(address, bytes), false),
  ),
  fc.tuple(key, fc.option(fc.bigInt({ min: 1n, max: 10n ** 7n }))).map(
    ([address, lamports]): Action =>
      (vm) =>
        vm.setAccount(address, lamports === null ? null : wallet(lamports)),
  ),
  fc.nat(1_000).map(
    (slot): Action =>
      (vm) =>
        vm.enterSlot(slot + 1, 1_700_000_000 + slot, []),
  ),
);

describe('a virtual machine that remembers accounts', () => {
  it('tells the same of each, whatever happens to them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyAction, key), { minLength: 1, maxLength: 40 }), (steps) => {
        const vm = createVm(base58);
        const remembering = rememberAccounts(vm, base58);
        remembering.setAccount(PAYER, wallet(RICH));
        remembering.setAccount(TABLE, tableOfKeys());
        remembering.enterSlot(1, 1_700_000_000, []);
        for (const [action, read] of steps) {
          remembering.account(read);
          action(remembering);
          for (const address of [PAYER, TABLE, CLOCK, ...KEYS]) {
            expect(remembering.account(address)).toEqual(vm.account(address));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('asks for an account once until it may have changed', () => {
    let reads = 0;
    const vm = createVm(base58);
    const counting: Vm = {
      ...vm,
      account(address) {
        reads += 1;
        return vm.account(address);
      },
    };
    const remembering = rememberAccounts(counting, base58);
    const [one, other, third] = KEYS;
    if (one === undefined || other === undefined || third === undefined) throw new Error('no keys');
    for (const address of [PAYER, ...KEYS]) remembering.setAccount(address, wallet(RICH));
    const readsOf = (address: Address): number => {
      const before = reads;
      remembering.account(address);
      return reads - before;
    };
    expect([one, one, other, third].map(readsOf)).toEqual([1, 0, 1, 1]);
    execute(remembering, transfer(one, other, 5n), false);
    expect([one, other, third, one].map(readsOf)).toEqual([1, 1, 0, 0]);
  });
});
