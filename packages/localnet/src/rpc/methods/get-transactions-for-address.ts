import { z } from 'zod';
import type { TransactionSummary } from '../../chain/types.js';
import { encodeRecord } from '../../encodings/transaction.js';
import type { Position } from '../../history/keys.js';
import { invalidParams } from '../../rpc-error.js';
import { contextSlot, type RpcContext } from '../context.js';
import { describeSummary, positionOf, requireConfirmed } from '../history.js';
import { defineMethod } from '../method.js';
import { address, contextFields, maxTransactionVersion, signature, transactionEncoding } from '../params.js';

const MAX_LIMIT = 1_000;

const bound = z.number().int().min(0).nullish();
const numberRange = z.strictObject({ eq: bound, gt: bound, gte: bound, lt: bound, lte: bound }).nullish();
type NumberRange = z.output<typeof numberRange>;

const filters = z
  .strictObject({
    slot: numberRange,
    blockTime: numberRange,
    signature: z
      .strictObject({
        gt: signature.nullish(),
        gte: signature.nullish(),
        lt: signature.nullish(),
        lte: signature.nullish(),
      })
      .nullish(),
    status: z.enum(['succeeded', 'failed', 'any']).nullish(),
    tokenAccounts: z.enum(['none', 'balanceChanged', 'all']).nullish(),
  })
  .nullish();
type Filters = z.output<typeof filters>;

const config = z
  .object({
    ...contextFields,
    encoding: transactionEncoding.nullish(),
    maxSupportedTransactionVersion: maxTransactionVersion.nullish(),
    transactionDetails: z.enum(['signatures', 'full']).nullish(),
    sortOrder: z.enum(['asc', 'desc']).nullish(),
    limit: z.number().int().min(1).max(MAX_LIMIT).nullish(),
    paginationToken: z
      .string()
      .regex(/^\d{1,15}:\d{1,9}$/, { error: 'expected the paginationToken of an earlier answer' })
      .nullish(),
    filters,
  })
  .nullish();

/** Helius's method: the history of an address from either end, filtered, page by page, whole if wanted. */
export const getTransactionsForAddress = defineMethod(
  'getTransactionsForAddress',
  z.tuple([address, config]),
  async (context, [wanted, given]) => {
    requireConfirmed(given);
    const full = given?.transactionDetails === 'full';
    const limit = given?.limit ?? MAX_LIMIT;
    const oldestFirst = given?.sortOrder === 'asc';
    const token = given?.paginationToken ? readToken(given.paginationToken) : undefined;
    const end = { slot: contextSlot(context, given) + 1, index: 0 };
    const passes = await createFilter(context, given?.filters);
    const found: TransactionSummary[] = [];
    let more = false;
    for await (const summary of context.store.historyOf(context.base58.decode(wanted), {
      after: oldestFirst ? token : undefined,
      before: !oldestFirst && token !== undefined && isBefore(token, end) ? token : end,
      oldestFirst,
      tokenAccounts: given?.filters?.tokenAccounts ?? 'none',
    })) {
      if (!passes(summary)) continue;
      if (found.length === limit) {
        more = true;
        break;
      }
      found.push(summary);
    }
    const last = found.at(-1);
    return {
      data: full
        ? (await Promise.all(found.map((summary) => readFull(context, summary, given)))).filter(
            (transaction) => transaction !== null,
          )
        : found.map((summary) => describeSummary(context, summary)),
      paginationToken: more && last !== undefined ? `${last.slot}:${last.index}` : null,
    };
  },
);

/** Null where a fork dropped it since it was listed. */
async function readFull(
  { chain, base58 }: RpcContext,
  summary: TransactionSummary,
  given: z.output<typeof config>,
): Promise<object | null> {
  const record = await chain.record(summary);
  if (record === null) return null;
  const { meta, transaction, ...version } = encodeRecord(record, given ?? {}, base58);
  return {
    blockTime: summary.blockTime,
    meta,
    slot: summary.slot,
    transaction,
    transactionIndex: summary.index,
    ...version,
  };
}

async function createFilter(
  context: RpcContext,
  wanted: Filters,
): Promise<(summary: TransactionSummary) => boolean> {
  const place = async (text: string | null | undefined): Promise<Position | null> => {
    if (!text) return null;
    const position = await positionOf(context, text);
    if (position === null) throw invalidParams(`params[1.filters.signature]: ${text} is not in the history`);
    return position;
  };
  const gt = await place(wanted?.signature?.gt);
  const gte = await place(wanted?.signature?.gte);
  const lt = await place(wanted?.signature?.lt);
  const lte = await place(wanted?.signature?.lte);
  const status = wanted?.status ?? 'any';
  return (summary) =>
    (status === 'any' || (status === 'succeeded') === (summary.err === null)) &&
    inRange(summary.slot, wanted?.slot) &&
    inRange(summary.blockTime, wanted?.blockTime) &&
    (gt === null || isBefore(gt, summary)) &&
    (gte === null || !isBefore(summary, gte)) &&
    (lt === null || isBefore(summary, lt)) &&
    (lte === null || !isBefore(lte, summary));
}

function inRange(value: number, range: NumberRange): boolean {
  return (
    value === (range?.eq ?? value) &&
    value > (range?.gt ?? -1) &&
    value >= (range?.gte ?? 0) &&
    value < (range?.lt ?? Number.POSITIVE_INFINITY) &&
    value <= (range?.lte ?? Number.POSITIVE_INFINITY)
  );
}

function isBefore(left: Position, right: Position): boolean {
  return left.slot < right.slot || (left.slot === right.slot && left.index < right.index);
}

function readToken(token: string): Position {
  const [slot, index] = token.split(':').map(Number);
  return { slot: slot ?? 0, index: index ?? 0 };
}
