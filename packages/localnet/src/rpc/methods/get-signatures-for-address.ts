import { z } from 'zod';
import { contextSlot } from '../context.js';
import { describeSummary, positionOf } from '../history.js';
import { defineMethod } from '../method.js';
import { address, historyFields, signature } from '../params.js';

const config = z
  .object({
    ...historyFields,
    before: signature.nullish(),
    until: signature.nullish(),
    limit: z.number().int().min(1).max(1000).nullish(),
  })
  .nullish();

export const getSignaturesForAddress = defineMethod(
  'getSignaturesForAddress',
  z.tuple([address, config]),
  async (context, [wanted, given]) => {
    const { store, base58 } = context;
    const maxSlot = contextSlot(context, given);
    const before = given?.before ? await positionOf(context, given.before) : null;
    // An unknown start is nowhere in the history: nothing comes before it.
    if (given?.before && before === null) return [];
    const until = given?.until ? await positionOf(context, given.until) : null;
    const summaries = await store.signaturesFor(base58.decode(wanted), {
      ...(before === null ? {} : { before }),
      ...(until === null ? {} : { until }),
      maxSlot,
      limit: given?.limit ?? 1000,
    });
    return summaries.map((summary) => describeSummary(context, summary));
  },
);
