/** Steps of an axis per power of ten. */
const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The smallest round number at or above the highest value: where an axis that begins at zero ends. */
export function axisEnd(highest: number): number {
  if (!(highest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = STEPS.find((each) => each * power >= highest * (1 - 1e-12)) ?? 10;
  return step * power;
}

/** Neighbouring places with a value, so that a line is drawn through what was measured and not over gaps. */
export function lineParts(values: readonly (number | null)[]): number[][] {
  const parts: number[][] = [];
  let open: number[] = [];
  values.forEach((value, index) => {
    if (value !== null) open.push(index);
    else if (open.length > 0) {
      parts.push(open);
      open = [];
    }
  });
  return open.length > 0 ? [...parts, open] : parts;
}
