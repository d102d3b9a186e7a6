import type { AccountState } from '../../src/chain/types.js';
import { parseAccountData } from '../../src/encodings/accounts/parse.js';
import { createBase58 } from '../../src/encodings/base58.js';

const base58 = createBase58();

/** Shows the data of an account as jsonParsed does; null when it stays raw. `others` are the accounts beside it. */
export function showAccount(
  owner: string,
  data: Uint8Array,
  { address = owner, others = {} }: { address?: string; others?: Record<string, AccountState> } = {},
): object | null {
  const state = stateOf(owner, data);
  return parseAccountData({ address, state, read: (wanted) => others[wanted] ?? null, base58 });
}

/** An account that holds data. */
export const stateOf = (owner: string, data: Uint8Array): AccountState => ({
  lamports: 1n,
  owner,
  data: new Uint8Array(data),
  executable: false,
  rentEpoch: 0n,
});
