import type { JobDetail, LedgerRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Signature } from '@/components/address';
import { FlowArrow } from '@/components/amount';
import { costSentence, escrowSentence, refundSentence } from '../lib/words';

/** The money of a job, in the words of the sentence before the signature, each with the transaction that proves it. */
export function JobSettlement({ detail }: { detail: JobDetail }): ReactNode {
  const { job, ledger } = detail;
  const proof = (kind: LedgerRow['kind']) => ledger.find((entry) => entry.kind === kind)?.signature ?? null;
  const lines: LineProps[] = [
    {
      text: escrowSentence(job.deposited),
      direction: 'in',
      signature: job.listedSignature,
      testId: 'job-escrow',
    },
  ];
  if (!['queued', 'running', 'unqueued', 'stopped'].includes(job.status)) {
    const ranSeconds =
      job.startedAt === null || job.endedAt === null ? null : Math.max(0, job.endedAt - job.startedAt);
    lines.push(
      {
        text: costSentence({ paid: job.paid, ranSeconds }),
        direction: 'out',
        signature: proof('payout'),
        testId: 'job-cost',
      },
      {
        text: refundSentence(job.refunded),
        direction: 'out',
        signature: proof('refund'),
        testId: 'job-refund',
      },
    );
  }
  return <Lines lines={lines} />;
}

interface LineProps {
  text: string;
  /** Into the vault or out of it. */
  direction: 'in' | 'out';
  signature: string | null;
  testId: string;
}

function Lines({ lines }: { lines: readonly LineProps[] }): ReactNode {
  return (
    <ul aria-label="Money" className="text-14">
      {lines.map((line) => (
        <li
          key={line.testId}
          className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-2 last:border-b-0"
        >
          <FlowArrow direction={line.direction} />
          <span data-testid={line.testId}>{line.text}</span>
          {line.signature !== null && (
            <span className="ml-auto text-13 text-ink-3">
              <Signature signature={line.signature} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
