import { z } from 'zod';
import { encodeAccount } from '../../encodings/account.js';
import { withContext } from '../context.js';
import { matchesFilters } from '../filters.js';
import { defineMethod } from '../method.js';
import { address, programConfig } from '../params.js';

export const getProgramAccounts = defineMethod(
  'getProgramAccounts',
  z.tuple([address, programConfig]),
  (context, [program, config]) => {
    const { vm, base58 } = context;
    const filters = config?.filters ?? [];
    const accounts = vm
      .programAccounts(program)
      .filter(({ state }) => matchesFilters(state, filters, base58))
      .map((entry) => ({
        pubkey: entry.address,
        account: encodeAccount(entry.state, config ?? {}, context),
      }));
    return config?.withContext === true ? withContext(context, config, accounts) : accounts;
  },
);
