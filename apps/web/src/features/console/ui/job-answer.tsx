import type { JobDetail } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { StateShape } from '@/components/state-shape';
import { groupedInteger } from '@/format/amount';
import { millisecondsText } from '@/format/duration';
import { type Multiplication, productOf, spoken } from '../lib/multiplication';

/** What the model answered: its reasoning dimmed, its answer large, and whether arithmetic agrees. */
export function JobAnswer({
  detail,
  question,
  reasoningNote,
}: {
  detail: JobDetail;
  /** null where the definition asks for something else than a multiplication. */
  question: Multiplication | null;
  /** How this model writes its reasoning. */
  reasoningNote: string | null;
}): ReactNode {
  const [answer] = detail.result.answers;
  const [receipt] = detail.receipts;
  return (
    <section aria-label="Answer" className="rounded-8 bg-sunk px-5 py-4 phone:px-4">
      {answer === undefined ? (
        <>
          {question !== null && (
            <p className="figure-number font-mono text-28 text-ink-3 phone:text-20">{spoken(question)} =</p>
          )}
          <p className="mt-1 text-14 text-ink-2">{pendingText(detail)}</p>
        </>
      ) : (
        <>
          <p className="figure-number flex flex-wrap items-baseline gap-x-3 font-mono text-28 phone:text-20">
            {question !== null && <span className="text-ink-3">{spoken(question)} =</span>}
            <span data-testid="job-answer">{answer.text}</span>
            {question !== null && (
              <Verdict right={answer.text.trim() === productOf(question)} question={question} />
            )}
          </p>
          {answer.reasoning !== '' && (
            <p
              className="mt-1 font-mono text-13 break-all text-ink-3"
              title={reasoningNote ?? undefined}
              data-testid="job-reasoning"
            >
              <span className="font-sans">Reasoning: </span>
              {answer.reasoning}
            </p>
          )}
          <p className="mt-2 text-12 text-ink-3">
            {answer.tokens.completion} tokens
            {answer.tokens.reasoning > 0 && `, ${answer.tokens.reasoning} of them reasoning`}
            {receipt !== undefined &&
              `, in ${millisecondsText(receipt.timingMs.total)} on ${receipt.cpuModel}`}
            {answer.reasoning !== '' && reasoningNote !== null && `. ${reasoningNote}`}
          </p>
        </>
      )}
    </section>
  );
}

/** The browser multiplies too. */
function Verdict({ right, question }: { right: boolean; question: Multiplication }): ReactNode {
  return (
    <span
      className={`inline-flex items-center gap-1.5 font-sans text-13 font-normal tracking-normal ${right ? 'text-ink-2' : 'text-failed'}`}
    >
      <StateShape state={right ? 'done' : 'failed'} />
      {right ? 'right, says your browser' : `wrong, it is ${groupedInteger(BigInt(productOf(question)))}`}
    </span>
  );
}

function pendingText({ job, result }: JobDetail): string {
  if (job.status === 'queued' || job.status === 'unqueued') return 'Waiting for a node.';
  if (job.status === 'running') return 'A node is working on it.';
  if (job.status !== 'finished' && job.status !== 'done') return 'It ended without an answer.';
  if (result.facts !== null && result.facts.state !== 'success') {
    return `No answer: ${result.facts.reason ?? `the result says ${result.facts.state}`}.`;
  }
  if (result.status === 'pending') return 'Finished. The result is being fetched.';
  if (result.status === 'fetched') return 'Finished. The result holds no answer that can be shown.';
  return `Finished, but its result could not be read${result.error === null ? '' : `: ${result.error}`}.`;
}
