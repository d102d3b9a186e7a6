import type { Base58 } from '../base58.js';
import { uiTokenAmount } from '../token-accounts.js';
import type { ParsedInstruction } from './parse.js';

/** Names of the accounts that an instruction lists, in order; the authority comes last and may be a multisig. */
interface Shape {
  readonly type: string;
  readonly accounts: readonly string[];
  /** Name of the authority, and of it when further signers stand for it. */
  readonly authority?: readonly [single: string, multisig: string];
  readonly amount?: 'plain' | 'checked';
}

const SHAPES: Readonly<Record<number, Shape>> = {
  1: { type: 'initializeAccount', accounts: ['account', 'mint', 'owner', 'rentSysvar'] },
  3: {
    type: 'transfer',
    accounts: ['source', 'destination'],
    authority: ['authority', 'multisigAuthority'],
    amount: 'plain',
  },
  4: {
    type: 'approve',
    accounts: ['source', 'delegate'],
    authority: ['owner', 'multisigOwner'],
    amount: 'plain',
  },
  5: { type: 'revoke', accounts: ['source'], authority: ['owner', 'multisigOwner'] },
  7: {
    type: 'mintTo',
    accounts: ['mint', 'account'],
    authority: ['mintAuthority', 'multisigMintAuthority'],
    amount: 'plain',
  },
  8: {
    type: 'burn',
    accounts: ['account', 'mint'],
    authority: ['authority', 'multisigAuthority'],
    amount: 'plain',
  },
  9: { type: 'closeAccount', accounts: ['account', 'destination'], authority: ['owner', 'multisigOwner'] },
  12: {
    type: 'transferChecked',
    accounts: ['source', 'mint', 'destination'],
    authority: ['authority', 'multisigAuthority'],
    amount: 'checked',
  },
  14: {
    type: 'mintToChecked',
    accounts: ['mint', 'account'],
    authority: ['mintAuthority', 'multisigMintAuthority'],
    amount: 'checked',
  },
  15: {
    type: 'burnChecked',
    accounts: ['account', 'mint'],
    authority: ['authority', 'multisigAuthority'],
    amount: 'checked',
  },
  17: { type: 'syncNative', accounts: ['account'] },
  22: { type: 'initializeImmutableOwner', accounts: ['account'] },
};

/** Reads an instruction of a token program; null when it is not one of those shown parsed. */
export function parseTokenInstruction(
  data: Uint8Array,
  accounts: readonly string[],
  base58: Base58,
): ParsedInstruction | null {
  const tag = data[0] ?? -1;
  if (tag === 18) {
    if (data.length < 33) return null;
    const [account, mint] = accounts;
    return {
      type: 'initializeAccount3',
      info: { account, mint, owner: base58.encode(data.subarray(1, 33)) },
    };
  }
  const shape = SHAPES[tag];
  const named = shape?.accounts.length ?? 0;
  if (shape === undefined || accounts.length < named + (shape.authority === undefined ? 0 : 1)) return null;
  const amount = readAmount(data, shape.amount);
  if (amount === null) return null;
  return {
    type: shape.type,
    info: {
      ...Object.fromEntries(shape.accounts.map((name, index) => [name, accounts[index]])),
      ...(shape.authority === undefined ? {} : nameAuthority(accounts.slice(named), shape.authority)),
      ...amount,
    },
  };
}

function readAmount(data: Uint8Array, kind: Shape['amount']): object | null {
  if (kind === undefined) return {};
  if (data.length < (kind === 'checked' ? 10 : 9)) return null;
  const amount = new DataView(data.buffer, data.byteOffset, data.byteLength).getBigUint64(1, true);
  return kind === 'plain'
    ? { amount: amount.toString() }
    : { tokenAmount: uiTokenAmount(amount, data[9] ?? 0) };
}

function nameAuthority(accounts: readonly string[], [single, multisig]: readonly [string, string]): object {
  const [authority, ...signers] = accounts;
  return signers.length === 0 ? { [single]: authority } : { [multisig]: authority, signers };
}
