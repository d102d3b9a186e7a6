import type { AccountState } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { readTokenAccount } from '../encodings/token-accounts.js';
import type { ProgramFilter } from './params.js';

/** Tells whether an account passes all filters of getProgramAccounts or programSubscribe. */
export function matchesFilters(
  state: AccountState,
  filters: readonly ProgramFilter[],
  base58: Base58,
): boolean {
  return filters.every((filter) => {
    if ('dataSize' in filter) return state.data.length === filter.dataSize;
    if ('memcmp' in filter) {
      const { offset, bytes } = filter.memcmp;
      if (offset + bytes.length > state.data.length) return false;
      return Buffer.compare(state.data.subarray(offset, offset + bytes.length), bytes) === 0;
    }
    return !filter.tokenAccountState || readTokenAccount(state.owner, state.data, base58) !== null;
  });
}
