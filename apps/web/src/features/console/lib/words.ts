import { exactAmount } from '@/format/amount';
import { durationText, spanText } from '@/format/duration';
import type { Terms } from './terms';

const nos = (base: bigint): string => `${exactAmount(base)} NOS`;

/** Before the signature: what happens, what it costs at most, what comes back. */
export function launchSentence(terms: Terms, market: string): string {
  const limit = spanText(terms.timeout);
  if (terms.price === 0n) {
    return `The job is posted to ${market}, which asks for nothing. It stops by itself after ${limit}.`;
  }
  return `${nos(terms.escrow)} goes into escrow on ${market}. The node is paid ${nos(terms.price)} for each second it runs, ${limit} at most; the rest comes back to you when the job ends.`;
}

/** When a job listed now would start, and why that is so. */
export function expectedStart(market: {
  expectedStartSeconds: number | null;
  nodesSeen: number;
  queueType: string;
}): { when: string; why: string } {
  const { expectedStartSeconds: seconds } = market;
  if (seconds === null) {
    return {
      when: 'unknown',
      why: market.nodesSeen === 0 ? 'no node has joined this market yet' : 'no node is at work here now',
    };
  }
  if (seconds < 1) return { when: 'at once', why: 'a node is waiting' };
  return { when: `in about ${spanText(roundWait(seconds))}`, why: 'from the queue and the last runs' };
}

/** An estimate must not look exact: to 5 s below a minute, to 10 s below ten, else to minutes. */
function roundWait(seconds: number): number {
  const step = seconds < 60 ? 5 : seconds < 600 ? 10 : 60;
  return Math.max(step, Math.round(seconds / step) * step);
}

export function escrowSentence(deposited: bigint | null): string {
  if (deposited === null) return 'What went into escrow is not known: it was listed before this index began.';
  return deposited === 0n ? 'The market asks for nothing: no escrow.' : `${nos(deposited)} went into escrow.`;
}

/** What a settled job cost, in the words of the sentence before the signature. */
export function costSentence(job: { paid: bigint | null; ranSeconds: number | null }): string {
  if (job.paid === null) return 'What was paid is not known: it was settled before this index began.';
  if (job.ranSeconds === null) return 'No node ran it, so nobody was paid.';
  const ran = durationText(job.ranSeconds);
  if (job.paid === 0n)
    return `It ran for ${job.ranSeconds < 1 ? 'less than a second' : ran}: nothing was paid.`;
  return `${nos(job.paid)} was paid to the node for ${ran}.`;
}

export function refundSentence(refunded: bigint | null): string {
  if (refunded === null) return 'What came back is not known.';
  return refunded === 0n ? 'Nothing was left to come back.' : `${nos(refunded)} came back to you.`;
}

/** What ending a job early does, before the signature. */
export function stopSentence(
  kind: 'delist' | 'end' | 'recover',
  money: { escrow: bigint; price: bigint; earnedAtMost: bigint },
): string {
  if (kind === 'delist')
    return `The job leaves the queue and all of its escrow, ${nos(money.escrow)}, comes back to you.`;
  if (kind === 'recover')
    return `The node gave the job up. All of its escrow, ${nos(money.escrow)}, comes back to you.`;
  const left = money.escrow - money.earnedAtMost;
  return `The job ends now, with what its node has done so far. The node keeps about ${nos(money.earnedAtMost)} for the time it ran, and about ${nos(left)} comes back to you.`;
}
