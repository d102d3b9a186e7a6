import type { AccountState } from '../chain/types.js';
import { isTokenAccountData } from '../encodings/token-accounts.js';
import type { ProgramFilter } from './program-filters.js';

/** Tells whether an account passes all filters of getProgramAccounts or programSubscribe. */
export function matchesFilters(state: AccountState, filters: readonly ProgramFilter[]): boolean {
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
    return isTokenAccountData(state.data);
  });
}
