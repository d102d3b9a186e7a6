import type { AccountState } from '../chain/types.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';
import { parseAccountData } from './accounts/parse.js';
import type { Base58 } from './base58.js';
import type { Compress } from './zstd.js';

/** Ways in which the RPC writes account data; binary is base58 without a label, the form of old clients. */
export const ACCOUNT_ENCODINGS = ['binary', 'base58', 'base64', 'jsonParsed', 'base64+zstd'] as const;
export type AccountEncoding = (typeof ACCOUNT_ENCODINGS)[number];

const MAX_BASE58_BYTES = 128;

export interface AccountView {
  readonly encoding?: AccountEncoding | null | undefined;
  readonly dataSlice?: { readonly offset: number; readonly length: number } | null | undefined;
  /** What stands for data that is too long for base58; an error by default. */
  readonly tooLong?: 'error' | 'text';
}

/** What writing accounts takes; the context of the RPC has it all. */
export interface AccountWriter {
  /** Reads another account, for the decimals of a token account's mint. */
  readonly vm: { account(address: string): AccountState | null };
  readonly base58: Base58;
  readonly compress: Compress;
}

/** An account as the RPC returns it; its data is an object when it could be parsed. */
export interface EncodedAccount {
  readonly data: string | [data: string, encoding: string] | object;
  readonly executable: boolean;
  readonly lamports: bigint;
  readonly owner: string;
  readonly rentEpoch: bigint;
  readonly space: number;
}

/**
 * Writes an account as the RPC returns it.
 *
 * @throws RpcError when base58 is asked for more than 128 bytes and the view does not want a text instead.
 */
export function encodeAccount(
  address: string,
  state: AccountState,
  view: AccountView,
  writer: AccountWriter,
): EncodedAccount {
  return {
    data: encodeData(address, state, view, writer),
    executable: state.executable,
    lamports: state.lamports,
    owner: state.owner,
    rentEpoch: state.rentEpoch,
    space: state.data.length,
  };
}

function encodeData(
  address: string,
  state: AccountState,
  view: AccountView,
  { vm, base58, compress }: AccountWriter,
): EncodedAccount['data'] {
  const encoding = view.encoding ?? 'binary';
  if (encoding === 'jsonParsed') {
    const parsed = parseAccountData({ address, state, read: vm.account, base58 });
    if (parsed !== null) return parsed;
  }
  const { dataSlice } = view;
  const data = dataSlice
    ? state.data.subarray(dataSlice.offset, dataSlice.offset + dataSlice.length)
    : state.data;
  if (encoding === 'base58' || encoding === 'binary') {
    const text = data.length > MAX_BASE58_BYTES ? tooLong(view) : base58.encode(data);
    return encoding === 'binary' ? text : [text, 'base58'];
  }
  if (encoding === 'base64+zstd') return [Buffer.from(compress(data)).toString('base64'), encoding];
  return [Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'), 'base64'];
}

/** Requests are refused; notifications, which nobody could refuse, say it in place of the data. */
function tooLong(view: AccountView): string {
  if (view.tooLong === 'text') return 'error: data too large for bs58 encoding';
  throw new RpcError(
    RPC_CODES.invalidRequest,
    'Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.',
  );
}
