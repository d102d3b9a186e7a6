import { z } from 'zod';
import type { TransactionError, TransactionRecord } from '../../chain/types.js';
import { signature } from '../../rpc/params.js';
import { invalidParams } from '../../rpc-error.js';
import { defineControl } from '../method.js';
import { rewindChain } from '../rewind.js';

const MAX_NAMED = 10_000;

const request = z.strictObject({
  /** Closed blocks to drop; the open slot is dropped with them. */
  drop: z.number().int().min(0).max(31),
  /** Signatures of dropped transactions that do not come back. */
  without: z.array(signature).max(MAX_NAMED).default([]),
  /** Signatures of dropped transactions that come first, in this order; the others follow as they were. */
  first: z.array(signature).max(MAX_NAMED).default([]),
});

/**
 * Drops the last blocks that are not finalized and grows another branch, in a later slot, in which transactions are
 * absent or in another order. As on a real fork, a transaction whose blockhash was dropped cannot come back.
 */
export const fork = defineControl('localnet_fork', z.tuple([request]), async (context, [given]) => {
  const { chain } = context;
  const landed: string[] = [];
  const lost: { signature: string; err: TransactionError }[] = [];
  const { parent, slot } = await rewindChain(context, { drop: given.drop }, (dropped) => {
    const order = arrange(dropped, given);
    return () => {
      for (const { transaction } of order) {
        const refused = chain.refusal(transaction, 'processed');
        const outcome =
          refused === null
            ? chain.submit(transaction, { verifySignatures: false })
            : { landed: false as const, err: refused };
        if (outcome.landed) landed.push(transaction.signature);
        else lost.push({ signature: transaction.signature, err: outcome.err });
      }
    };
  });
  return { parent, slot, landed, lost };
});

/** @throws RpcError when a signature is not among the dropped transactions. */
function arrange(
  dropped: readonly TransactionRecord[],
  { without, first }: z.output<typeof request>,
): TransactionRecord[] {
  const bySignature = new Map(dropped.map((record) => [record.transaction.signature, record]));
  const unknown = [...without, ...first].find((wanted) => !bySignature.has(wanted));
  if (unknown !== undefined) throw invalidParams(`${unknown} is not in the dropped blocks`);
  const chosen = new Set(first);
  const absent = new Set(without);
  const ordered = [...chosen].flatMap((wanted) => bySignature.get(wanted) ?? []);
  const rest = dropped.filter(({ transaction }) => !chosen.has(transaction.signature));
  return [...ordered, ...rest].filter(({ transaction }) => !absent.has(transaction.signature));
}
