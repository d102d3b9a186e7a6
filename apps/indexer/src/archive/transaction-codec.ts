import type { ChainInstruction, ChainTransaction, TokenBalanceChange } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { type ByteReader, BytesError, type ByteWriter } from './bytes.js';

// The bytes of a transaction, in order:
//   slot (less that of the one before), index, flags, [block time], signature, [error], fee,
//   accounts: count, then each as a reference into the block's dictionary,
//   top-level instructions: count, then each with those that it called,
//   token balances: count, then each.
// Within a transaction, accounts are named by their place in its list.

const HAS_TIME = 1;
const FAILED = 2;

const HAS_BEFORE = 1;
const HAS_AFTER = 2;
const HAS_OWNER = 4;

/** Writes transactions after each other; what repeats is written once. */
export interface TransactionEncoder {
  /** In chain order. */
  write(transaction: ChainTransaction): void;
}

export function createTransactionEncoder(to: ByteWriter): TransactionEncoder {
  const dictionary = new Map<string, number>();
  let lastSlot = 0n;

  const writeKey = (key: string): void => {
    const place = dictionary.get(key);
    if (place !== undefined) {
      to.number(place + 1);
      return;
    }
    dictionary.set(key, dictionary.size);
    to.number(0);
    to.text(key);
  };

  const writeInstruction = (
    { programId, accounts, data }: ChainInstruction,
    places: ReadonlyMap<string, number>,
  ): void => {
    to.number(placeOf(places, programId));
    to.number(accounts.length);
    for (const account of accounts) to.number(placeOf(places, account));
    to.bytes(data);
  };

  return {
    write(transaction) {
      const { slot, index, blockTime, signature, error, fee, tokenBalances } = transaction;
      if (slot < lastSlot) throw new BytesError(`slot ${slot} comes after slot ${lastSlot}`);
      to.u64(slot - lastSlot);
      lastSlot = slot;
      to.number(index);
      to.byte((blockTime === null ? 0 : HAS_TIME) | (error === null ? 0 : FAILED));
      if (blockTime !== null) to.i64(blockTime);
      to.text(signature);
      if (error !== null) to.text(error);
      to.u64(fee);
      const places = accountsOf(transaction);
      to.number(places.size);
      for (const key of places.keys()) writeKey(key);
      const groups = groupInstructions(transaction);
      to.number(groups.length);
      for (const [top, ...inner] of groups) {
        if (top === undefined) continue;
        writeInstruction(top, places);
        to.number(inner.length);
        for (const called of inner) {
          to.byte(called.stackHeight);
          writeInstruction(called, places);
        }
      }
      to.number(tokenBalances.length);
      for (const { account, mint, owner, before, after } of tokenBalances) {
        to.byte(
          (before === null ? 0 : HAS_BEFORE) |
            (after === null ? 0 : HAS_AFTER) |
            (owner === null ? 0 : HAS_OWNER),
        );
        to.number(placeOf(places, account));
        writeKey(mint);
        if (owner !== null) writeKey(owner);
        if (before !== null) to.u64(before);
        if (after !== null) to.u64(after);
      }
    },
  };
}

/** Every account of a transaction with its place, the fee payer first. */
function accountsOf({ feePayer, instructions, tokenBalances }: ChainTransaction): Map<string, number> {
  const places = new Map<string, number>([[feePayer, 0]]);
  const add = (key: string): void => {
    if (!places.has(key)) places.set(key, places.size);
  };
  for (const { programId, accounts } of instructions) {
    for (const account of accounts) add(account);
    add(programId);
  }
  for (const { account } of tokenBalances) add(account);
  return places;
}

function placeOf(places: ReadonlyMap<string, number>, key: string): number {
  const place = places.get(key);
  if (place === undefined) throw new BytesError(`account ${key} is not in its transaction`);
  return place;
}

/** Top-level instructions, each followed by those that it called. @throws BytesError for any other order */
function groupInstructions({ signature, instructions }: ChainTransaction): ChainInstruction[][] {
  const groups: ChainInstruction[][] = [];
  for (const instruction of instructions) {
    const [top, inner] = instruction.path;
    if (inner === undefined && instruction.stackHeight === 1 && top === groups.length)
      groups.push([instruction]);
    else if (inner !== undefined && top === groups.length - 1 && groups[top]?.length === inner + 1) {
      groups[top].push(instruction);
    } else throw new BytesError(`${signature}: instruction ${instruction.path.join('.')} is out of order`);
  }
  return groups;
}

/** Paths are alike in all transactions: those of most instructions are made once. */
const PATHS = Array.from({ length: 8 }, (_, top) => ({
  top: [top] as const,
  inner: Array.from({ length: 16 }, (_, inner) => [top, inner] as const),
}));

function pathOf(top: number, inner?: number): ChainInstruction['path'] {
  const made = PATHS[top];
  if (inner === undefined) return made?.top ?? [top];
  return made?.inner[inner] ?? [top, inner];
}

/** Reads transactions in the order in which they were written. */
export interface TransactionDecoder {
  read(): ChainTransaction;
}

export function createTransactionDecoder(from: ByteReader): TransactionDecoder {
  const dictionary: Address[] = [];
  let lastSlot = 0n;
  // Most transactions have the same slot, time or fee as the one before: values of their own would be garbage.
  let [lastTime, lastFee] = [0n, 0n];
  const again = (last: bigint, value: bigint): bigint => (last === value ? last : value);

  const readKey = (): Address => {
    const reference = from.number();
    if (reference === 0) {
      const key = from.ascii() as Address;
      dictionary.push(key);
      return key;
    }
    const key = dictionary[reference - 1];
    if (key === undefined) throw new BytesError('an account refers to nothing');
    return key;
  };

  const readInstruction = (
    path: ChainInstruction['path'],
    stackHeight: number,
    accounts: readonly Address[],
  ): ChainInstruction => {
    const programId = readAccount(accounts);
    const named = new Array<Address>(from.count());
    for (let place = 0; place < named.length; place++) named[place] = readAccount(accounts);
    return { path, stackHeight, programId, accounts: named, data: from.bytes() };
  };

  const readAccount = (accounts: readonly Address[]): Address => {
    const account = accounts[from.number()];
    if (account === undefined) throw new BytesError('an instruction names no account of its transaction');
    return account;
  };

  const readInstructions = (accounts: readonly Address[]): ChainInstruction[] => {
    const instructions: ChainInstruction[] = [];
    const tops = from.count();
    for (let top = 0; top < tops; top++) {
      instructions.push(readInstruction(pathOf(top), 1, accounts));
      const called = from.count();
      for (let inner = 0; inner < called; inner++) {
        const stackHeight = from.byte();
        instructions.push(readInstruction(pathOf(top, inner), stackHeight, accounts));
      }
    }
    return instructions;
  };

  const readBalance = (accounts: readonly Address[]): TokenBalanceChange => {
    const flags = from.byte();
    const account = readAccount(accounts);
    return {
      account,
      mint: readKey(),
      owner: flags & HAS_OWNER ? readKey() : null,
      before: flags & HAS_BEFORE ? from.u64() : null,
      after: flags & HAS_AFTER ? from.u64() : null,
    };
  };

  return {
    read() {
      const more = from.u64();
      if (more > 0n) lastSlot += more;
      const slot = lastSlot;
      const index = from.number();
      const flags = from.byte();
      if (flags & HAS_TIME) lastTime = again(lastTime, from.i64());
      const blockTime = flags & HAS_TIME ? lastTime : null;
      const signature = from.ascii();
      const error = flags & FAILED ? from.text() : null;
      lastFee = again(lastFee, from.u64());
      const fee = lastFee;
      const accounts = new Array<Address>(from.count());
      for (let place = 0; place < accounts.length; place++) accounts[place] = readKey();
      const [feePayer] = accounts;
      if (feePayer === undefined) throw new BytesError('a transaction without accounts');
      const instructions = readInstructions(accounts);
      const tokenBalances = new Array<TokenBalanceChange>(from.count());
      for (let place = 0; place < tokenBalances.length; place++) tokenBalances[place] = readBalance(accounts);
      return { signature, slot, index, blockTime, error, feePayer, fee, instructions, tokenBalances };
    },
  };
}
