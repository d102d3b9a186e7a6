import type { AccountState } from '../../chain/types.js';
import type { Base58 } from '../base58.js';
import { parsedOrNull } from '../data-reader.js';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../token-accounts.js';
import { parseLookupTable } from './lookup-table.js';
import { parseNonce } from './nonce.js';
import { parseSysvar } from './sysvar.js';
import { parseTokenAccount } from './token.js';
import { parseUpgradeableLoader } from './upgradeable-loader.js';

/** What an account's data means, in the words of Solana's RPC. */
export interface ParsedData {
  readonly info?: unknown;
  readonly type: string;
}

/** An account with what parsing it takes. */
export interface AccountToParse {
  readonly address: string;
  readonly state: AccountState;
  /** Reads another account, for the decimals of a token account's mint. */
  readonly read: (address: string) => AccountState | null;
  readonly base58: Base58;
}

interface Parser {
  readonly program: string;
  /** @throws NotParsable when the data is too short or odd. */
  parse(account: AccountToParse): ParsedData | null;
}

const parseToken = ({ state, read, base58 }: AccountToParse): ParsedData | null =>
  parseTokenAccount(state, read, base58);

/** By the program that owns the account. */
const PARSERS: ReadonlyMap<string, Parser> = new Map([
  [TOKEN_PROGRAM, { program: 'spl-token', parse: parseToken }],
  [TOKEN_2022_PROGRAM, { program: 'spl-token-2022', parse: parseToken }],
  [
    '11111111111111111111111111111111',
    { program: 'nonce', parse: ({ state, base58 }) => parseNonce(state.data, base58) },
  ],
  [
    'AddressLookupTab1e1111111111111111111111111',
    { program: 'address-lookup-table', parse: ({ state, base58 }) => parseLookupTable(state.data, base58) },
  ],
  [
    'BPFLoaderUpgradeab1e11111111111111111111111',
    {
      program: 'bpf-upgradeable-loader',
      parse: ({ state, base58 }) => parseUpgradeableLoader(state.data, base58),
    },
  ],
  [
    'Sysvar1111111111111111111111111111111111111',
    { program: 'sysvar', parse: ({ address, state, base58 }) => parseSysvar(address, state.data, base58) },
  ],
]);

/** What the RPC calls jsonParsed data of an account; null when the account is of no known kind. */
export function parseAccountData(account: AccountToParse): object | null {
  const parser = PARSERS.get(account.state.owner);
  if (parser === undefined) return null;
  const parsed = parsedOrNull(() => parser.parse(account));
  return parsed === null ? null : { parsed, program: parser.program, space: account.state.data.length };
}
