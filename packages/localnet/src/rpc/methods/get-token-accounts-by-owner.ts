import { z } from 'zod';
import { encodeAccount } from '../../encodings/account.js';
import { isTokenProgram, readTokenAccount, readTokenMint } from '../../encodings/token-accounts.js';
import { invalidParams } from '../../rpc-error.js';
import { accountReader, accountsOf, type ContextConfig, type RpcContext, withContext } from '../context.js';
import { defineMethod } from '../method.js';
import { accountConfig, address } from '../params.js';

const which = z.union([z.object({ mint: address }), z.object({ programId: address })]);

export const getTokenAccountsByOwner = defineMethod(
  'getTokenAccountsByOwner',
  z.tuple([address, which, accountConfig]),
  (context, [owner, wanted, config]) => {
    const { base58 } = context;
    const mint = 'mint' in wanted ? wanted.mint : null;
    const accounts: object[] = [];
    for (const [pubkey, state] of accountsOf(context, tokenProgramOf(context, wanted, config), config)) {
      const token = readTokenAccount(state.owner, state.data, base58);
      if (token === null || token.owner !== owner || (mint !== null && token.mint !== mint)) continue;
      accounts.push({ pubkey, account: encodeAccount(state, config ?? {}, context) });
    }
    return withContext(context, config, accounts);
  },
);

function tokenProgramOf(
  context: RpcContext,
  wanted: z.output<typeof which>,
  config: ContextConfig | null | undefined,
): string {
  if ('programId' in wanted) {
    if (!isTokenProgram(wanted.programId)) throw invalidParams('unrecognized Token program id');
    return wanted.programId;
  }
  const state = accountReader(context, config)(wanted.mint);
  if (state === null) throw invalidParams('could not find mint');
  if (readTokenMint(state.owner, state.data, context.base58) === null)
    throw invalidParams('not a Token mint');
  return state.owner;
}
