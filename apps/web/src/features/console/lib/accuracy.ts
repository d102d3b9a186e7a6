/** Right answers of a model on problems that it never saw in training. */
export interface HeldOut {
  size: string;
  problems: number;
  direct: number;
  reasoning: number;
}

/** One sentence on how often the model is right at this size, with and without reasoning; null where nobody measured. */
export function accuracyText(heldOut: readonly HeldOut[], size: string): string | null {
  const row = heldOut.find((candidate) => candidate.size === size);
  if (row === undefined || row.problems === 0) return null;
  const share = (right: number) => `${Math.round((right / row.problems) * 100)} %`;
  const digits = size.replace('x', ' × ');
  return `With ${digits} digits it is right in ${share(row.reasoning)} of cases with reasoning and in ${share(row.direct)} without, of ${row.problems.toLocaleString('en')} that it never saw in training.`;
}
