import type { Base58 } from '../base58.js';
import { createDataReader, type DataReader, NotParsable } from '../data-reader.js';
import type { ParsedInstruction } from './parse.js';

interface Shape {
  readonly type: string;
  readonly accounts: readonly string[];
  /** Names of the accounts that may follow, and what stands for one that does not. */
  readonly optional?: readonly string[];
  readonly absent?: null;
  readonly read?: (data: DataReader) => object;
}

const readWrite = (data: DataReader): object => {
  const offset = data.u32();
  const length = data.u64();
  if (length > BigInt(data.remaining())) throw new NotParsable('the bytes are longer than the data');
  return { offset, bytes: Buffer.from(data.bytes(Number(length))).toString('base64') };
};

/** By instruction number, from 0. */
const SHAPES: readonly Shape[] = [
  { type: 'initializeBuffer', accounts: ['account'], optional: ['authority'] },
  { type: 'write', accounts: ['account', 'authority'], read: readWrite },
  {
    type: 'deployWithMaxDataLen',
    accounts: [
      'payerAccount',
      'programDataAccount',
      'programAccount',
      'bufferAccount',
      'rentSysvar',
      'clockSysvar',
      'systemProgram',
      'authority',
    ],
    read: (data) => ({ maxDataLen: data.u64() }),
  },
  {
    type: 'upgrade',
    accounts: [
      'programDataAccount',
      'programAccount',
      'bufferAccount',
      'spillAccount',
      'rentSysvar',
      'clockSysvar',
      'authority',
    ],
  },
  { type: 'setAuthority', accounts: ['account', 'authority'], optional: ['newAuthority'], absent: null },
  {
    type: 'close',
    accounts: ['account', 'recipient', 'authority'],
    optional: ['programAccount'],
    absent: null,
  },
  {
    type: 'extendProgram',
    accounts: ['programDataAccount', 'programAccount'],
    optional: ['systemProgram', 'payerAccount'],
    absent: null,
    read: (data) => ({ additionalBytes: data.u32() }),
  },
  { type: 'setAuthorityChecked', accounts: ['account', 'authority', 'newAuthority'] },
];

/** Reads an instruction of the upgradeable loader; null when it is not one of those shown parsed. */
export function parseUpgradeableLoaderInstruction(
  data: Uint8Array,
  accounts: readonly string[],
  base58: Base58,
): ParsedInstruction | null {
  const reader = createDataReader(data, base58);
  const shape = SHAPES[reader.u32()];
  if (shape === undefined) return null;
  const fields = shape.read?.(reader) ?? {};
  const { accounts: names, optional = [], absent } = shape;
  if (accounts.length < names.length) return null;
  const named = [...names, ...optional].map((name, index) => [name, accounts[index] ?? absent]);
  return { type: shape.type, info: { ...Object.fromEntries(named), ...fields } };
}
