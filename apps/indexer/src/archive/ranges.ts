/** Slots from `from` to `to`, both included. */
export interface SlotRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** Math.max takes no bigint. */
export function laterOf(left: bigint, right: bigint): bigint {
  if (left > right) return left;
  return right;
}

export function earlierOf(left: bigint, right: bigint): bigint {
  if (left < right) return left;
  return right;
}

/** The slots of some ranges as few ranges as possible, ascending. */
export function mergeRanges(ranges: readonly SlotRange[]): SlotRange[] {
  const merged: { from: bigint; to: bigint }[] = [];
  for (const { from, to } of ranges.toSorted(byStart)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to + 1n) last.to = laterOf(to, last.to);
    else merged.push({ from, to });
  }
  return merged;
}

/** The slots within `outer` that none of the ranges has, ascending. */
export function gapsIn(ranges: readonly SlotRange[], outer: SlotRange): SlotRange[] {
  const gaps: SlotRange[] = [];
  let next = outer.from;
  for (const { from, to } of mergeRanges(ranges)) {
    if (from > outer.to) break;
    if (to < next) continue;
    if (from > next) gaps.push({ from: next, to: from - 1n });
    next = to + 1n;
  }
  if (next <= outer.to) gaps.push({ from: next, to: outer.to });
  return gaps;
}

/** What two ranges have in common. */
export function overlap(left: SlotRange, right: SlotRange): SlotRange | null {
  const from = laterOf(left.from, right.from);
  const to = earlierOf(left.to, right.to);
  return from <= to ? { from, to } : null;
}

/** A stretch of slots, and whom it is to be taken from. */
export interface Piece<Owner> extends SlotRange {
  readonly owner: Owner;
}

/**
 * Shares out slots among owners that overlap: each slot belongs to the last of those that have it.
 * @param claims in the order in which they were made: later ones know better
 * @returns ascending, without overlap; neighbours of one owner are one piece
 */
export function shareOut<Owner>(
  claims: readonly { readonly owner: Owner; readonly ranges: readonly SlotRange[] }[],
): Piece<Owner>[] {
  let taken: SlotRange[] = [];
  const pieces: Piece<Owner>[] = [];
  for (const { owner, ranges } of claims.toReversed()) {
    const free = mergeRanges(ranges).flatMap((range) => gapsIn(taken, range));
    pieces.push(...free.map((range) => ({ ...range, owner })));
    taken = mergeRanges([...taken, ...free]);
  }
  return pieces.sort(byStart);
}

const byStart = (left: SlotRange, right: SlotRange): number =>
  left.from < right.from ? -1 : left.from > right.from ? 1 : 0;
