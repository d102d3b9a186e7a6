import type { LoadedAddresses } from '../chain/lookup-tables.js';
import type { AccountState } from '../chain/types.js';
import type { Base58 } from '../encodings/base58.js';
import { allKeys } from '../encodings/transaction.js';
import type { WireTransaction } from '../encodings/transaction-wire.js';

const ACCOUNT_BYTES = 64;
const LOOKUP_TABLE_BYTES = 8_248;
const INSTRUCTIONS_SYSVAR = 'Sysvar1nstructions1111111111111111111111111';
/** The kind of account that points to a program's code. */
const PROGRAM = 2;
const UPGRADEABLE_LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111';

/** The account with the code of a program; null when the account is no program of the upgradeable loader. */
function programDataOf({ owner, data }: AccountState, base58: Base58): string | null {
  if (owner !== UPGRADEABLE_LOADER || data.length < 36 || data[0] !== PROGRAM) return null;
  return base58.encode(data.subarray(4, 36));
}

/** How many bytes of accounts a transaction loads, counted as validators do for its limit. */
export function loadedAccountsSize(
  transaction: WireTransaction,
  loadedAddresses: LoadedAddresses,
  account: (address: string) => AccountState | null,
  base58: Base58,
): number {
  const keys = allKeys(transaction.message, { loadedAddresses });
  const counted = new Set(keys);
  let size = transaction.message.lookups.length * LOOKUP_TABLE_BYTES;
  for (const key of keys) {
    const state = key === INSTRUCTIONS_SYSVAR ? null : account(key);
    if (state === null) continue;
    size += ACCOUNT_BYTES + state.data.length;
    const programData = programDataOf(state, base58);
    // The code of a program counts once, whether the transaction names it or not.
    const code = programData === null || counted.has(programData) ? null : account(programData);
    if (programData === null || code === null) continue;
    counted.add(programData);
    size += ACCOUNT_BYTES + code.data.length;
  }
  return size;
}
