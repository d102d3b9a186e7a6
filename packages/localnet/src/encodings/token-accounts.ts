import type { Base58 } from './base58.js';

export const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
/** The mint of wrapped SOL. */
export const NATIVE_MINT = 'So11111111111111111111111111111111111111112';
export const TOKEN_2022_PROGRAM = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb';

/** What follows the plain layout in an extended account: one byte of type, then the extensions. */
export const EXTENSIONS_OFFSET = 166;

const ACCOUNT_BYTES = 165;
const MINT_BYTES = 82;
export const MULTISIG_BYTES = 355;
const STATE_OFFSET = 108;
const TYPE_MINT = 1;
const TYPE_ACCOUNT = 2;

export interface TokenAccount {
  readonly mint: string;
  readonly owner: string;
  readonly amount: bigint;
  readonly delegate: string | null;
  readonly state: 'initialized' | 'frozen';
  /** Lamports kept for rent in a wrapped SOL account, otherwise null. */
  readonly nativeReserve: bigint | null;
  readonly delegatedAmount: bigint;
  readonly closeAuthority: string | null;
}

export interface TokenMint {
  readonly mintAuthority: string | null;
  readonly supply: bigint;
  readonly decimals: number;
  readonly freezeAuthority: string | null;
}

/** Tells whether the address is one of the two token programs. */
export function isTokenProgram(address: string): boolean {
  return address === TOKEN_PROGRAM || address === TOKEN_2022_PROGRAM;
}

/** Reads an initialised token account; null when the account of a token program is something else. */
export function readTokenAccount(program: string, data: Uint8Array, base58: Base58): TokenAccount | null {
  if (!isTokenProgram(program) || !hasLayout(program, data, ACCOUNT_BYTES, TYPE_ACCOUNT)) return null;
  const state = data[STATE_OFFSET];
  if (state !== 1 && state !== 2) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    mint: base58.encode(data.subarray(0, 32)),
    owner: base58.encode(data.subarray(32, 64)),
    amount: view.getBigUint64(64, true),
    delegate: readOptionalKey(view, data, 72, base58),
    state: state === 2 ? 'frozen' : 'initialized',
    nativeReserve: view.getUint32(109, true) === 1 ? view.getBigUint64(113, true) : null,
    delegatedAmount: view.getBigUint64(121, true),
    closeAuthority: readOptionalKey(view, data, 129, base58),
  };
}

/** Reads an initialised mint; null when the account of a token program is something else. */
export function readTokenMint(program: string, data: Uint8Array, base58: Base58): TokenMint | null {
  if (!isTokenProgram(program) || !hasLayout(program, data, MINT_BYTES, TYPE_MINT)) return null;
  if (data[45] !== 1) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    mintAuthority: readOptionalKey(view, data, 0, base58),
    supply: view.getBigUint64(36, true),
    decimals: data[44] ?? 0,
    freezeAuthority: readOptionalKey(view, data, 46, base58),
  };
}

/** The RPC's way of stating a token amount; `uiAmount` is for display only. */
export interface UiTokenAmount {
  readonly amount: string;
  readonly decimals: number;
  /** Null when 10 to the power of `decimals` does not fit into 64 bits. */
  readonly uiAmount: number | null;
  readonly uiAmountString: string;
}

const MAX_SHOWN_DECIMALS = 19;

/** States `amount` base units with `decimals` places as the RPC does. */
export function uiTokenAmount(amount: bigint, decimals: number): UiTokenAmount {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return {
    amount: amount.toString(),
    decimals,
    uiAmount: decimals > MAX_SHOWN_DECIMALS ? null : Number(amount) / 10 ** decimals,
    uiAmountString: fraction === '' ? whole : `${whole}.${fraction}`,
  };
}

/** Tells whether data is that of an initialised token account, whatever program owns it. */
export function isTokenAccountData(data: Uint8Array): boolean {
  const extended =
    data.length > ACCOUNT_BYTES && data.length !== MULTISIG_BYTES && data[ACCOUNT_BYTES] === TYPE_ACCOUNT;
  return (data.length === ACCOUNT_BYTES || extended) && data[STATE_OFFSET] !== 0;
}

/** Extended accounts of Token-2022 are longer than the plain layout and say at byte 165 what they are. */
function hasLayout(program: string, data: Uint8Array, plainBytes: number, type: number): boolean {
  if (data.length === plainBytes) return true;
  return (
    program === TOKEN_2022_PROGRAM &&
    data.length > ACCOUNT_BYTES &&
    data.length !== MULTISIG_BYTES &&
    data[ACCOUNT_BYTES] === type
  );
}

function readOptionalKey(view: DataView, data: Uint8Array, offset: number, base58: Base58): string | null {
  return view.getUint32(offset, true) === 1 ? base58.encode(data.subarray(offset + 4, offset + 36)) : null;
}
