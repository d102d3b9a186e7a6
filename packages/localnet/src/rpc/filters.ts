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
      // Compared in place: this runs for every account of a program, and most differ in the first byte.
      return (
        offset + bytes.length <= state.data.length &&
        bytes.every((byte, index) => byte === state.data[offset + index])
      );
    }
    return !filter.tokenAccountState || readTokenAccount(state.owner, state.data, base58) !== null;
  });
}
