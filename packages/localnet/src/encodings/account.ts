import type { AccountState } from '../chain/types.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';

import type { Base58 } from './base58.js';
import { parseAccountData } from './parsed-account.js';
import type { Compress } from './zstd.js';

/** Ways in which the RPC writes account data; binary is base58 without a label, the form of old clients. */
export const ACCOUNT_ENCODINGS = ['binary', 'base58', 'base64', 'base64+zstd', 'jsonParsed'] as const;
export type AccountEncoding = (typeof ACCOUNT_ENCODINGS)[number];

const MAX_BASE58_BYTES = 128;

export interface AccountView {
  readonly encoding?: AccountEncoding | null | undefined;
  readonly dataSlice?: { readonly offset: number; readonly length: number } | null | undefined;
}

/** What writing accounts takes; the context of the RPC has it all. */
export interface AccountWriter {
  /** Reads another account, for the decimals of a token account's mint. */
  readonly vm: { account(address: string): AccountState | null };
  readonly base58: Base58;
  readonly compress: Compress;
}

/**
 * Writes an account as the RPC returns it.
 *
 * @throws RpcError when base58 is asked for more than 128 bytes.
 */
export function encodeAccount(state: AccountState, view: AccountView, writer: AccountWriter): unknown {
  return {
    data: encodeData(state, view, writer),
    executable: state.executable,
    lamports: state.lamports,
    owner: state.owner,
    rentEpoch: state.rentEpoch,
    space: state.data.length,
  };
}

function encodeData(
  state: AccountState,
  view: AccountView,
  { vm, base58, compress }: AccountWriter,
): unknown {
  const encoding = view.encoding ?? 'binary';
  if (encoding === 'jsonParsed') {
    const parsed = parseAccountData(state, vm.account, base58);
    if (parsed !== null) return parsed;
  }
  const { dataSlice } = view;
  const data = dataSlice
    ? state.data.subarray(dataSlice.offset, dataSlice.offset + dataSlice.length)
    : state.data;
  if (encoding === 'base58' || encoding === 'binary') {
    if (data.length > MAX_BASE58_BYTES) {
      if (encoding === 'binary') return 'error: data too large for bs58 encoding';
      throw new RpcError(
        RPC_CODES.invalidRequest,
        'Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.',
      );
    }
    const text = base58.encode(data);
    return encoding === 'binary' ? text : [text, 'base58'];
  }
  if (encoding === 'base64+zstd') return [Buffer.from(compress(data)).toString('base64'), encoding];
  return [Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'), 'base64'];
}
