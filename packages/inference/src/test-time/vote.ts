/** How answers stand when some of them have been given. */
export interface Standing {
  /** Given most often; of those given equally often, the one that was given first. */
  readonly answer: string;
  readonly votes: number;
  /** Votes of the answer that comes next; 0 where all agree. */
  readonly runnerUp: number;
}

/** Counts answers; null when there are none. */
export function countVotes(answers: readonly string[]): Standing | null {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  // A sort that keeps equals in order: a map iterates in the order of first insertion.
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a);
  if (first === undefined) return null;
  return { answer: first[0], votes: first[1], runnerUp: second?.[1] ?? 0 };
}

/** Whether so many more answers cannot change which one wins. */
export function isDecided({ votes, runnerUp }: Standing, remaining: number): boolean {
  // At equality the first given wins, which may be the runner-up: it must stay below.
  return runnerUp + remaining < votes;
}

/**
 * The fewest further answers after which it can be decided which one wins; at most those that remain. So many are needed in any case, in
 * whatever way they come out.
 */
export function fewestToDecide(standing: Standing | null, remaining: number): number {
  const { votes, runnerUp } = standing ?? { votes: 0, runnerUp: 0 };
  for (let more = 1; more < remaining; more++) {
    if (isDecided({ answer: '', votes: votes + more, runnerUp }, remaining - more)) return more;
  }
  return remaining;
}
