import type { Life, LifeSpans } from './geometry';
import { niceSeconds } from './geometry';

/** A job's money, base units. */
export interface Escrow {
  deposited: bigint;
  /** Per second. */
  price: bigint;
  paid: bigint;
  refunded: bigint;
}

/** How the escrow is divided at a moment: what the node earned and what is left. */
export interface Division {
  earned: bigint;
  left: bigint;
}

/** While it runs the program's own rule: price times seconds, never more than the deposit. */
export function divisionNow(escrow: Escrow, spans: LifeSpans): Division {
  if (!spans.open) return { earned: escrow.paid, left: escrow.refunded };
  const ran = escrow.price * BigInt(Math.floor(spans.run));
  const earned = ran > escrow.deposited ? escrow.deposited : ran;
  return { earned, left: escrow.deposited - earned };
}

/** A part of the escrow in percent of it, exact to a hundredth. */
export function shareOf(part: bigint, whole: bigint): number {
  if (whole <= 0n || part <= 0n) return 0;
  return Math.min(100, Number((part * 10_000n) / whole) / 100);
}

/**
 * Seconds that the full life line shows. A life that is over fills it. A running one sees its own end coming
 * once that is near; before, the axis leaves room ahead and grows in readable steps.
 */
export function horizon(life: Life, spans: LifeSpans): number {
  const lived = spans.wait + spans.run;
  if (!spans.open) return Math.max(lived, 1);
  if (life.startedAt === null) return niceSeconds(Math.max(lived * 1.25, 10));
  const whole = lived + spans.remaining;
  return whole <= lived * 4 ? whole : Math.min(whole, niceSeconds(Math.max(lived * 2, 10)));
}
