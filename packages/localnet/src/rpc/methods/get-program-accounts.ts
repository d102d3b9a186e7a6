import { z } from 'zod';
import type { AccountState } from '../../chain/types.js';
import { accountsOf, withContext } from '../context.js';
import { matchesFilters } from '../filters.js';
import { encodeKeyedAccounts } from '../keyed-accounts.js';
import { defineMethod } from '../method.js';
import { address } from '../params.js';
import { programConfig } from '../program-filters.js';

export const getProgramAccounts = defineMethod(
  'getProgramAccounts',
  z.tuple([address, programConfig]),
  (context, [program, config]) => {
    const filters = config?.filters ?? [];
    const found: (readonly [address: string, state: AccountState])[] = [];
    for (const entry of accountsOf(context, program, config)) {
      if (matchesFilters(entry[1], filters)) found.push(entry);
    }
    const accounts = encodeKeyedAccounts(found, config ?? {}, context);
    return config?.withContext === true ? withContext(context, config, accounts) : accounts;
  },
);
