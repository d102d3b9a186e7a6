import { z } from 'zod';
import { encodeAccount } from '../../encodings/account.js';
import { accountsOf, withContext } from '../context.js';
import { matchesFilters } from '../filters.js';
import { defineMethod } from '../method.js';
import { address, programConfig } from '../params.js';

export const getProgramAccounts = defineMethod(
  'getProgramAccounts',
  z.tuple([address, programConfig]),
  (context, [program, config]) => {
    const filters = config?.filters ?? [];
    const accounts: object[] = [];
    for (const [pubkey, state] of accountsOf(context, program, config)) {
      if (!matchesFilters(state, filters, context.base58)) continue;
      accounts.push({ pubkey, account: encodeAccount(state, config ?? {}, context) });
    }
    return config?.withContext === true ? withContext(context, config, accounts) : accounts;
  },
);
