import { z } from 'zod';
import { refusedParams } from '../../rpc-error.js';
import { contextSlot } from '../context.js';
import { describeSummary, positionOf, requireConfirmed } from '../history.js';
import { defineMethod } from '../method.js';
import { address, contextFields, signature } from '../params.js';
import { struct, usize } from '../typed-params.js';

const MAX_LIMIT = 1_000;

const config = struct('RpcSignaturesForAddressConfig', {
  ...contextFields,
  before: signature.nullish(),
  until: signature.nullish(),
  limit: usize.nullish(),
}).nullish();

export const getSignaturesForAddress = defineMethod(
  'getSignaturesForAddress',
  z.tuple([address, config]),
  async (context, [wanted, given]) => {
    const { store, base58 } = context;
    const limit = given?.limit ?? MAX_LIMIT;
    if (limit === 0 || limit > MAX_LIMIT) throw refusedParams(`Invalid limit; max ${MAX_LIMIT}`);
    requireConfirmed(given);
    const maxSlot = contextSlot(context, given);
    const before = given?.before ? await positionOf(context, given.before) : null;
    // An unknown start is nowhere in the history: nothing comes before it.
    if (given?.before && before === null) return [];
    const until = given?.until ? await positionOf(context, given.until) : null;
    const summaries = await store.signaturesFor(base58.decode(wanted), {
      ...(before === null ? {} : { before }),
      ...(until === null ? {} : { until }),
      maxSlot,
      limit,
    });
    return summaries.map((summary) => describeSummary(context, summary));
  },
);
