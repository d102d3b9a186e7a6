import type { ListedSlot } from './slots.js';

/** Slots whose transactions are delivered as one batch. */
export interface SlotGroup {
  readonly slots: readonly ListedSlot[];
  /** Everything up to this slot is delivered with it. */
  readonly coveredSlot: bigint;
  readonly atTip: boolean;
}

export interface GroupRange {
  /** Transactions per group, more where a slot has more. */
  readonly batch: number;
  /** Slots after it come one by one. */
  readonly finalizedSlot: bigint;
  /** Where the last group ends. */
  readonly endSlot: bigint;
  /** Whether nothing follows the last group. */
  readonly atTip: boolean;
}

/** Groups slots, given ascending, by how many transactions they hold. */
export function groupSlots(slots: readonly ListedSlot[], range: GroupRange): SlotGroup[] {
  const { batch, finalizedSlot, endSlot, atTip } = range;
  const isFinal = ({ slot }: ListedSlot): boolean => slot <= finalizedSlot;
  const groups = [
    ...chunkByCount(slots.filter(isFinal), batch),
    ...slots.filter((one) => !isFinal(one)).map((one) => [one]),
  ];
  return groups.map((group, order) => {
    const last = order === groups.length - 1;
    const coveredSlot = last ? endSlot : (group.at(-1)?.slot ?? endSlot);
    return { slots: group, coveredSlot, atTip: last && atTip };
  });
}

/** Parts of at least `size` transactions; the last may be smaller. */
function chunkByCount(slots: readonly ListedSlot[], size: number): ListedSlot[][] {
  const chunks: ListedSlot[][] = [];
  let count = size;
  for (const one of slots) {
    if (count >= size) {
      chunks.push([]);
      count = 0;
    }
    chunks.at(-1)?.push(one);
    count += one.signatures.length;
  }
  return chunks;
}
