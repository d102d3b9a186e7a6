import type { JobDetail } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Signature } from '@/components/address';
import { costSentence, refundSentence } from '../lib/words';

/** What was paid and what came back, in the words of the sentence before the signature. */
export function JobSettlement({ detail }: { detail: JobDetail }): ReactNode {
  const { job, ledger } = detail;
  const settled = !['queued', 'running', 'unqueued', 'stopped'].includes(job.status);
  if (!settled) return null;
  const ranSeconds =
    job.startedAt === null || job.endedAt === null ? null : Math.max(0, job.endedAt - job.startedAt);
  const proof = (kind: 'payout' | 'refund') => ledger.find((entry) => entry.kind === kind)?.signature;
  return (
    <div className="flex flex-col gap-1 text-14">
      <Line
        text={costSentence({ paid: job.paid, ranSeconds })}
        signature={proof('payout')}
        testId="job-cost"
      />
      <Line text={refundSentence(job.refunded)} signature={proof('refund')} testId="job-refund" />
    </div>
  );
}

function Line({
  text,
  signature,
  testId,
}: {
  text: string;
  signature: string | undefined;
  testId: string;
}): ReactNode {
  return (
    <p className="flex flex-wrap items-baseline gap-x-3">
      <span data-testid={testId}>{text}</span>
      {signature !== undefined && (
        <span className="text-13 text-ink-3">
          <Signature signature={signature} />
        </span>
      )}
    </p>
  );
}
