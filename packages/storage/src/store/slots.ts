/** Lets so many pieces of work run at one time; the others wait for their turn, first come, first served. */
export function createSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The place goes from hand to hand, so that nobody can come between.
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
