import { z } from 'zod';

const Slot = z.int().min(0).transform(BigInt);
const Signature = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{64,88}$/, 'expected a base58 signature');
const IndexInSlot = z.int().min(0).max(999_999).nullish();

/** getSlot */
export const SlotAnswer = Slot;
const Hash = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'expected a base58 hash');
/** getGenesisHash */
export const GenesisAnswer = Hash;
/** getBlocks: ascending. */
export const BlocksAnswer = z.array(Slot);
/** getBlock without its transactions; null where the node does not have it yet. */
export const BlockAnswer = z.looseObject({ blockhash: Hash }).nullable();
/** getBlock with its transactions' signatures alone. */
export const BlockSignaturesAnswer = z.looseObject({ signatures: z.array(Signature) }).nullable();

/** getSignaturesForAddress: newest first. */
export const SignaturesAnswer = z
  .array(z.looseObject({ signature: Signature, slot: Slot, transactionIndex: IndexInSlot }))
  .max(1_000)
  .refine((page) => page.every(({ slot }, index) => index === 0 || slot <= (page[index - 1]?.slot ?? slot)), {
    error: 'expected the newest slot first',
  });

/** getTransaction, as far as it must be checked before it is read in full. */
export const TransactionAnswer = z.looseObject({
  slot: Slot,
  transactionIndex: IndexInSlot,
  meta: z.looseObject({}),
  transaction: z.looseObject({ signatures: z.array(Signature).min(1) }),
});
