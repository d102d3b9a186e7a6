import type { z } from 'zod';
import type { AccountState } from '../chain/types.js';
import { isTokenProgram, readTokenAccount, type TokenAccount } from '../encodings/token-accounts.js';
import { refusedParams } from '../rpc-error.js';
import { accountReader, accountsOf, type RpcContext, withContext } from './context.js';
import { encodeKeyedAccounts } from './keyed-accounts.js';
import { type accountConfig, address } from './params.js';
import { requireMint } from './token-mint.js';
import { readAs, tagged } from './typed-params.js';

/** Which token accounts to list: those of one mint, or of one token program. */
export const tokenAccountsFilter = tagged(['mint', 'programId']).transform(({ name, value }, context) => ({
  name,
  address: readAs(address, value, context),
}));

/**
 * Lists the token accounts that pass, as getTokenAccountsByOwner and getTokenAccountsByDelegate return them.
 *
 * @throws RpcError -32602 when the mint or the token program does not exist.
 */
export function listTokenAccounts(
  context: RpcContext,
  wanted: z.output<typeof tokenAccountsFilter>,
  config: z.output<typeof accountConfig>,
  passes: (account: TokenAccount) => boolean,
): object {
  const mint = wanted.name === 'mint' ? wanted.address : null;
  const program =
    mint === null
      ? wanted.address
      : requireMint(mint, accountReader(context, config), context.base58).program;
  if (!isTokenProgram(program)) throw refusedParams('Invalid param: unrecognized Token program id');
  const found: (readonly [address: string, state: AccountState])[] = [];
  for (const entry of accountsOf(context, program, config)) {
    const token = readTokenAccount(entry[1].owner, entry[1].data, context.base58);
    if (token !== null && (mint === null || token.mint === mint) && passes(token)) found.push(entry);
  }
  return withContext(context, config, encodeKeyedAccounts(found, config ?? {}, context));
}
