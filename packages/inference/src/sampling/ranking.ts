/** Up to as many are kept in order while all others are looked at; sorting is quicker for more. */
export const FEW = 64;

/** Token ids by logit, the largest first; the lower id first among equals. */
export function ranked(logits: ArrayLike<number>, count = logits.length): number[] {
  if (count > FEW) {
    const before = (a: number, b: number) => at(logits, b) - at(logits, a) || a - b;
    return Array.from({ length: logits.length }, (_, id) => id)
      .sort(before)
      .slice(0, count);
  }
  // The few best so far, in order: most logits lose against the last of them.
  const best: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    const last = best.at(-1);
    if (best.length === count && (last === undefined || at(logits, id) <= at(logits, last))) continue;
    if (best.length === count) best.pop();
    let place = best.length;
    while (place > 0 && at(logits, best[place - 1] ?? 0) < at(logits, id)) place--;
    best.splice(place, 0, id);
  }
  return best;
}

/** A logit; lowest of all where there is none. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NEGATIVE_INFINITY;
}
