const PRECISION = 10n ** 15n;
/** Seconds of lock for which tokens count once more: a third of the longest lock. */
const DURATION_UNIT = 10_512_000n;

/** What a stake counts for: more the longer it is locked, nothing once it is unstaked. In integers, as the program computes. */
export function xnosOf(stake: { amount: bigint; duration: bigint; isStaked: boolean }): bigint {
  const { amount, duration, isStaked } = stake;
  if (!isStaked) return 0n;
  return (((duration * PRECISION) / DURATION_UNIT + PRECISION) * amount) / PRECISION;
}
