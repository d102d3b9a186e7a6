import { randomInt } from 'node:crypto';

/** So many answers of others are repeated where not all are. */
const SAMPLE = 8;

/** Some of `count` inputs, in order, which nobody can know before. */
export function sample(count: number): number[] {
  const left = Array.from({ length: count }, (_, index) => index);
  const chosen: number[] = [];
  while (chosen.length < SAMPLE && left.length > 0) chosen.push(...left.splice(randomInt(left.length), 1));
  return chosen.sort((a, b) => a - b);
}
