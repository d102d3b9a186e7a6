import type { ContentView, JobDetail } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Cid } from '@/components/address';
import { JsonView } from '@/components/code-block';
import { Empty } from '@/components/empty';
import { bytesText } from '@/format/ratio';
import { answeredPrompts } from '../lib/answers';
import { asksOf } from '../lib/prompts';
import { JobAnswers } from './job-answers';

/** What the model answered, its reasoning before it in a lighter tone. */
export function JobResult({ detail }: { detail: JobDetail }): ReactNode {
  const { job, result, definition } = detail;
  if (result.answers.length > 0) {
    return <JobAnswers answered={answeredPrompts(asksOf(definition.json), result.answers)} />;
  }
  if (job.status === 'queued')
    return (
      <Empty title="Nothing yet: it waits for a node">The result appears here once a node has run it.</Empty>
    );
  if (job.status === 'running')
    return <Empty title="Running">The node hands in the result when it has finished.</Empty>;
  if (result.cid === null) {
    return <Empty title="No result">The job was over before its node handed one in.</Empty>;
  }
  return <ContentState content={result} what="result" />;
}

/** A document that is not here, and why. */
export function ContentState({ content, what }: { content: ContentView; what: string }): ReactNode {
  const { status, error, cid, truncated, bytes, json } = content;
  if (status === 'fetched' && truncated) {
    return (
      <Empty title={`The ${what} is too large for a page`}>
        It has {bytesText(bytes ?? 0)}. {cid !== null && <Cid cid={cid} />}
      </Empty>
    );
  }
  if (status === 'fetched') return <JsonView value={json} label={what} />;
  if (status === 'dropped') {
    return (
      <Empty title={`The ${what} is not kept`}>
        It was read and verified, and what it said is kept; its text is not.{' '}
        {cid !== null && <Cid cid={cid} />}
      </Empty>
    );
  }
  const why =
    status === 'pending'
      ? 'It is being fetched from the content store.'
      : status === 'missing'
        ? 'No gateway had it so far; it is asked for again now and then.'
        : 'What the content store gave is not what its address promises.';
  return (
    <Empty title={status === 'pending' ? `Fetching the ${what}` : `The ${what} is not available`}>
      {why} {error !== null && <span className="text-ink-3">{error}</span>}
    </Empty>
  );
}
