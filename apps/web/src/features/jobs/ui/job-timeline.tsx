import type { JobDetail } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Signature } from '@/components/address';
import { Empty } from '@/components/empty';
import { Finality } from '@/components/finality';
import { Timeline, type TimelineStep } from '@/components/timeline';
import { groupedInteger } from '@/format/amount';
import { spanText } from '@/format/duration';
import { isoTime, utcClock, utcText } from '@/format/time';
import { storyStep } from '../lib/story';
import { StoryText } from './story-text';

/** Every step of a job, each with the transaction that proves it. */
export function JobTimeline({ detail }: { detail: JobDetail }): ReactNode {
  const steps: TimelineStep[] = detail.events.map((event) => {
    const { look, parts } = storyStep(event, detail);
    return {
      key: event.position,
      state: look,
      failed: event.failed,
      time: event.blockTime === null ? 'unknown' : <ClockTime at={event.blockTime} />,
      text: <StoryText parts={parts} />,
      proof: (
        <span className="inline-flex flex-wrap items-center gap-x-3">
          <Signature signature={event.signature} />
          <Finality value={event.finality} />
        </span>
      ),
    };
  });
  const next = nextStep(detail);
  const all = next === null ? steps : [...steps, next];
  return (
    <>
      {detail.eventsFromSlot !== null && (
        <Empty title="Its first steps are not kept">
          Of transactions before slot {groupedInteger(detail.eventsFromSlot)} the single steps are kept no
          longer. What followed from them is: state, runs and money.
        </Empty>
      )}
      {all.length > 0 && <Timeline steps={all} />}
    </>
  );
}

function ClockTime({ at }: { at: number }): ReactNode {
  return (
    <time dateTime={isoTime(at)} title={utcText(at)} className="tabular-nums">
      {utcClock(at)}
    </time>
  );
}

/** What is still to come for a job that is not over. */
function nextStep({ job, expectedStartSeconds }: JobDetail): TimelineStep | null {
  if (job.status === 'running' && job.startedAt !== null) {
    return {
      key: 'next',
      state: 'running',
      time: 'now',
      text: `Running; its limit is ${utcClock(job.startedAt + job.timeout)} UTC, ${spanText(job.timeout)} after its start`,
    };
  }
  if (job.status === 'queued') {
    const when =
      expectedStartSeconds === null
        ? 'when cannot be known yet'
        : `in about ${spanText(expectedStartSeconds)}`;
    return {
      key: 'next',
      state: 'waiting',
      time: 'now',
      text: `Waiting for a node; expected to start ${when}`,
    };
  }
  return null;
}
