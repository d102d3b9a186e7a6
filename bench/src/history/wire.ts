import { createHash } from 'node:crypto';

import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from '@inferscan/protocol';
import { type Address, address, getAddressEncoder } from '@solana/kit';

/** A call and what it calls, as the programs lay them out. */
export interface Call {
  readonly programId: Address;
  readonly accounts: readonly Address[];
  readonly data: Uint8Array;
  readonly inner: readonly InnerCall[];
}

export type InnerCall = Omit<Call, 'inner'>;

export const RENT_SYSVAR = address('SysvarRent111111111111111111111111111111111');
const COMPUTE_BUDGET = address('ComputeBudget111111111111111111111111111111');

const DISCRIMINATOR_BYTES = 8;
const discriminators = new Map<string, Uint8Array>();

function discriminatorOf(name: string): Uint8Array {
  const known = discriminators.get(name);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(`global:${name}`).digest();
  const made = new Uint8Array(digest.subarray(0, DISCRIMINATOR_BYTES));
  discriminators.set(name, made);
  return made;
}

/** An argument with its bytes, little-endian. */
type Argument = (view: DataView, at: number) => number;

export const u8 =
  (value: number): Argument =>
  (view, at) => {
    view.setUint8(at, value);
    return at + 1;
  };
export const u16 =
  (value: number): Argument =>
  (view, at) => {
    view.setUint16(at, value, true);
    return at + 2;
  };
export const u64 =
  (value: bigint): Argument =>
  (view, at) => {
    view.setBigUint64(at, value, true);
    return at + 8;
  };
export const u128 =
  (value: bigint): Argument =>
  (view, at) => {
    view.setBigUint64(at, value & (2n ** 64n - 1n), true);
    view.setBigUint64(at + 8, value >> 64n, true);
    return at + 16;
  };
export const raw =
  (value: Uint8Array): Argument =>
  (view, at) => {
    new Uint8Array(view.buffer, view.byteOffset).set(value, at);
    return at + value.length;
  };
export const text = (value: string): Argument => {
  const bytes = new TextEncoder().encode(value);
  return (view, at) => {
    view.setUint32(at, bytes.length, true);
    return raw(bytes)(view, at + 4);
  };
};

const MAX_DATA = 1_024;
const scratch = new DataView(new ArrayBuffer(MAX_DATA));

/** Data of a call: the instruction's name in the program's source, then the arguments. */
export function dataOf(name: string, ...args: readonly Argument[]): Uint8Array {
  let at = raw(discriminatorOf(name))(scratch, 0);
  for (const write of args) at = write(scratch, at);
  return new Uint8Array(scratch.buffer.slice(0, at));
}

const LAMPORTS_PER_BYTE = 6_960n;
const ACCOUNT_OVERHEAD = 128n;
const keyBytes = new Map<Address, Uint8Array>();

function bytesOf(key: Address): Uint8Array {
  const known = keyBytes.get(key) ?? new Uint8Array(getAddressEncoder().encode(key));
  keyBytes.set(key, known);
  return known;
}

/** The system program's CreateAccount, with the lamports that rent needs. */
export function createAccount(payer: Address, created: Address, bytes: bigint, owner: Address): InnerCall {
  const data = new Uint8Array(52);
  const view = new DataView(data.buffer);
  view.setBigUint64(4, (bytes + ACCOUNT_OVERHEAD) * LAMPORTS_PER_BYTE, true);
  view.setBigUint64(12, bytes, true);
  data.set(bytesOf(owner), 20);
  return { programId: SYSTEM_PROGRAM, accounts: [payer, created], data };
}

const [TRANSFER, CLOSE_ACCOUNT, INITIALIZE_ACCOUNT_3] = [3, 9, 18];

export function transfer(from: Address, to: Address, authority: Address, amount: bigint): InnerCall {
  const data = new Uint8Array(9);
  data[0] = TRANSFER;
  new DataView(data.buffer).setBigUint64(1, amount, true);
  return { programId: TOKEN_PROGRAM, accounts: [from, to, authority], data };
}

/** A token account that is its own authority. */
export const initializeVault = (vault: Address, mint: Address): InnerCall => ({
  programId: TOKEN_PROGRAM,
  accounts: [vault, mint],
  data: new Uint8Array([INITIALIZE_ACCOUNT_3, ...bytesOf(vault)]),
});

export const closeVault = (vault: Address, to: Address): InnerCall => ({
  programId: TOKEN_PROGRAM,
  accounts: [vault, to, vault],
  data: new Uint8Array([CLOSE_ACCOUNT]),
});

const [SET_LIMIT, SET_PRICE] = [2, 3];

/** What wallets put before other instructions: a limit of compute units and a price for them. */
export function computeBudget(limit: number, price: bigint): Call[] {
  const [first, second] = [new Uint8Array(5), new Uint8Array(9)];
  first[0] = SET_LIMIT;
  new DataView(first.buffer).setUint32(1, limit, true);
  second[0] = SET_PRICE;
  new DataView(second.buffer).setBigUint64(1, price, true);
  return [first, second].map((data) => ({ programId: COMPUTE_BUDGET, accounts: [], data, inner: [] }));
}
