import { createHash } from 'node:crypto';

/** One pair of factors in so many was held out of the training of the project's models; see models/training/multiplication.py. */
const HELD_OUT_ONE_IN = 20;

export interface Problem {
  readonly prompt: string;
  readonly product: string;
}

/** Whether the models never saw a pair in training; a*b and b*a are always on the same side. */
export function isHeldOut(a: number, b: number): boolean {
  const name = `${Math.max(a, b)}*${Math.min(a, b)}`;
  return createHash('sha256').update(name).digest().readUInt32BE(0) % HELD_OUT_ONE_IN === 0;
}

/** So many held-out problems with so many digits, always the same; `skip` leaves out as many of the first, for others than those. */
export function heldOutProblems(
  [first, second]: readonly [number, number],
  count: number,
  skip = 0,
): Problem[] {
  const problems = new Map<string, Problem>();
  for (let draw = 0; problems.size < skip + count; draw++) {
    const hash = createHash('sha256').update(`problem ${draw}`).digest();
    const [a, b] = [factor(hash.readUInt32BE(0), first), factor(hash.readUInt32BE(4), second)];
    if (isHeldOut(a, b))
      problems.set(`${a}*${b}`, { prompt: `${a}*${b}`, product: `${BigInt(a) * BigInt(b)}` });
  }
  return [...problems.values()].slice(skip);
}

function factor(number: number, digits: number): number {
  const smallest = 10 ** (digits - 1);
  return smallest + (number % (9 * smallest));
}
