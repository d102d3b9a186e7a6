import type { DataReader } from '../data-reader.js';
import { NotParsable, readUtf8 } from '../data-reader.js';
import { uiTokenAmount } from '../token-accounts.js';
import { AUTHORITY_TYPES, EXTENSION_TYPES } from '../token-names.js';

/** How an instruction of the token programs is shown. */
export interface TokenShape {
  readonly type: string;
  /** Names of the accounts that must be there, in order. */
  readonly accounts: readonly string[];
  /** Name of the authority that comes after them, and of it when further signers stand for it. */
  readonly authority?: readonly [single: string, multisig: string];
  /** Shows all accounts from this one on as signers. */
  readonly signersFrom?: number;
  readonly read?: (data: DataReader) => object;
}

const AUTHORITY = ['authority', 'multisigAuthority'] as const;
const OWNER = ['owner', 'multisigOwner'] as const;
const MINT_AUTHORITY = ['mintAuthority', 'multisigMintAuthority'] as const;
const FREEZE_AUTHORITY = ['freezeAuthority', 'multisigFreezeAuthority'] as const;

const amount = (data: DataReader): object => ({ amount: data.u64().toString() });
const checkedAmount = (data: DataReader): object => ({ tokenAmount: uiTokenAmount(data.u64(), data.u8()) });
const owner = (data: DataReader): object => ({ owner: data.key() });
const signaturesNeeded = (data: DataReader): object => ({ m: data.u8() });

const mint = (data: DataReader): object => {
  const decimals = data.u8();
  const mintAuthority = data.key();
  const freezeAuthority = data.optionalKey();
  return { decimals, mintAuthority, ...(freezeAuthority === null ? {} : { freezeAuthority }) };
};

const extensionTypes = (data: DataReader): object => {
  const names: string[] = [];
  while (data.remaining() > 0) {
    const name = EXTENSION_TYPES[data.u16()];
    if (name === undefined) throw new NotParsable('an extension of an unknown type');
    names.push(name);
  }
  return names.length === 0 ? {} : { extensionTypes: names };
};

const SET_AUTHORITY: TokenShape = {
  type: 'setAuthority',
  accounts: ['account'],
  authority: AUTHORITY,
  read(data) {
    const authorityType = AUTHORITY_TYPES[data.u8()];
    if (authorityType === undefined) throw new NotParsable('an authority of an unknown type');
    return { authorityType, newAuthority: data.optionalKey() };
  },
};

/** By instruction number. Those that only Token-2022 has and that concern its extensions are left out. */
export const TOKEN_SHAPES: Readonly<Record<number, TokenShape>> = {
  0: { type: 'initializeMint', accounts: ['mint', 'rentSysvar'], read: mint },
  1: { type: 'initializeAccount', accounts: ['account', 'mint', 'owner', 'rentSysvar'] },
  2: {
    type: 'initializeMultisig',
    accounts: ['multisig', 'rentSysvar'],
    signersFrom: 2,
    read: signaturesNeeded,
  },
  3: { type: 'transfer', accounts: ['source', 'destination'], authority: AUTHORITY, read: amount },
  4: { type: 'approve', accounts: ['source', 'delegate'], authority: OWNER, read: amount },
  5: { type: 'revoke', accounts: ['source'], authority: OWNER },
  6: SET_AUTHORITY,
  7: { type: 'mintTo', accounts: ['mint', 'account'], authority: MINT_AUTHORITY, read: amount },
  8: { type: 'burn', accounts: ['account', 'mint'], authority: AUTHORITY, read: amount },
  9: { type: 'closeAccount', accounts: ['account', 'destination'], authority: OWNER },
  10: { type: 'freezeAccount', accounts: ['account', 'mint'], authority: FREEZE_AUTHORITY },
  11: { type: 'thawAccount', accounts: ['account', 'mint'], authority: FREEZE_AUTHORITY },
  12: {
    type: 'transferChecked',
    accounts: ['source', 'mint', 'destination'],
    authority: AUTHORITY,
    read: checkedAmount,
  },
  13: {
    type: 'approveChecked',
    accounts: ['source', 'mint', 'delegate'],
    authority: OWNER,
    read: checkedAmount,
  },
  14: {
    type: 'mintToChecked',
    accounts: ['mint', 'account'],
    authority: MINT_AUTHORITY,
    read: checkedAmount,
  },
  15: { type: 'burnChecked', accounts: ['account', 'mint'], authority: AUTHORITY, read: checkedAmount },
  16: { type: 'initializeAccount2', accounts: ['account', 'mint', 'rentSysvar'], read: owner },
  17: { type: 'syncNative', accounts: ['account'] },
  18: { type: 'initializeAccount3', accounts: ['account', 'mint'], read: owner },
  19: { type: 'initializeMultisig2', accounts: ['multisig'], signersFrom: 1, read: signaturesNeeded },
  20: { type: 'initializeMint2', accounts: ['mint'], read: mint },
  21: { type: 'getAccountDataSize', accounts: ['mint'], read: extensionTypes },
  22: { type: 'initializeImmutableOwner', accounts: ['account'] },
  23: { type: 'amountToUiAmount', accounts: ['mint'], read: amount },
  24: {
    type: 'uiAmountToAmount',
    accounts: ['mint'],
    read: (data) => ({ uiAmount: readUtf8(data.rest()) }),
  },
  25: {
    type: 'initializeMintCloseAuthority',
    accounts: ['mint'],
    read: (data) => ({ newAuthority: data.optionalKey() }),
  },
  31: { type: 'createNativeMint', accounts: ['payer', 'nativeMint', 'systemProgram'] },
  32: { type: 'initializeNonTransferableMint', accounts: ['mint'] },
  35: {
    type: 'initializePermanentDelegate',
    accounts: ['mint'],
    read: (data) => ({ delegate: data.key() }),
  },
  38: { type: 'withdrawExcessLamports', accounts: ['source', 'destination'], authority: AUTHORITY },
};
