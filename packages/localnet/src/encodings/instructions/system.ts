import type { Base58 } from '../base58.js';
import { createDataReader, type DataReader, NotParsable, readUtf8 } from '../data-reader.js';
import type { ParsedInstruction } from './parse.js';

interface Shape {
  readonly type: string;
  /** Names of the accounts that must be there, in order; those without one are not shown. */
  readonly accounts: readonly string[];
  readonly read?: (data: DataReader) => object;
}

const seed = (data: DataReader): string => {
  const length = data.u64();
  if (length > BigInt(data.remaining())) throw new NotParsable('the seed is longer than the data');
  return readUtf8(data.bytes(Number(length)));
};

/** By instruction number, from 0. */
const SHAPES: readonly Shape[] = [
  {
    type: 'createAccount',
    accounts: ['source', 'newAccount'],
    read: (data) => ({ lamports: data.u64(), space: data.u64(), owner: data.key() }),
  },
  { type: 'assign', accounts: ['account'], read: (data) => ({ owner: data.key() }) },
  { type: 'transfer', accounts: ['source', 'destination'], read: (data) => ({ lamports: data.u64() }) },
  {
    type: 'createAccountWithSeed',
    accounts: ['source', 'newAccount'],
    read: (data) => ({
      base: data.key(),
      seed: seed(data),
      lamports: data.u64(),
      space: data.u64(),
      owner: data.key(),
    }),
  },
  { type: 'advanceNonce', accounts: ['nonceAccount', 'recentBlockhashesSysvar', 'nonceAuthority'] },
  {
    type: 'withdrawFromNonce',
    accounts: ['nonceAccount', 'destination', 'recentBlockhashesSysvar', 'rentSysvar', 'nonceAuthority'],
    read: (data) => ({ lamports: data.u64() }),
  },
  {
    type: 'initializeNonce',
    accounts: ['nonceAccount', 'recentBlockhashesSysvar', 'rentSysvar'],
    read: (data) => ({ nonceAuthority: data.key() }),
  },
  {
    type: 'authorizeNonce',
    accounts: ['nonceAccount', 'nonceAuthority'],
    read: (data) => ({ newAuthorized: data.key() }),
  },
  { type: 'allocate', accounts: ['account'], read: (data) => ({ space: data.u64() }) },
  {
    type: 'allocateWithSeed',
    accounts: ['account', ''],
    read: (data) => ({ base: data.key(), seed: seed(data), space: data.u64(), owner: data.key() }),
  },
  {
    type: 'assignWithSeed',
    accounts: ['account', ''],
    read: (data) => ({ base: data.key(), seed: seed(data), owner: data.key() }),
  },
  {
    type: 'transferWithSeed',
    accounts: ['source', 'sourceBase', 'destination'],
    read: (data) => ({ lamports: data.u64(), sourceSeed: seed(data), sourceOwner: data.key() }),
  },
  { type: 'upgradeNonce', accounts: ['nonceAccount'] },
];

/** Reads an instruction of the system program; null when it is not one of those shown parsed. */
export function parseSystemInstruction(
  data: Uint8Array,
  accounts: readonly string[],
  base58: Base58,
): ParsedInstruction | null {
  const reader = createDataReader(data, base58);
  const shape = SHAPES[reader.u32()];
  if (shape === undefined) return null;
  const fields = shape.read?.(reader) ?? {};
  if (accounts.length < shape.accounts.length) return null;
  const named = shape.accounts.flatMap((name, index) => (name === '' ? [] : [[name, accounts[index]]]));
  return { type: shape.type, info: { ...Object.fromEntries(named), ...fields } };
}
