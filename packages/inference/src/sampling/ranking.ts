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
  if (count === 0) return best;
  let [isFull, last] = [false, Number.NEGATIVE_INFINITY];
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (isFull && !(logit > last)) continue;
    if (isFull) best.pop();
    let place = best.length;
    while (place > 0 && at(logits, best[place - 1] ?? 0) < logit) place--;
    best.splice(place, 0, id);
    isFull = best.length === count;
    last = at(logits, best[best.length - 1] ?? 0);
  }
  return best;
}

/** A logit; lowest of all where there is none. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NEGATIVE_INFINITY;
}
