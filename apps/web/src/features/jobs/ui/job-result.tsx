import type { AnswerView, ContentView, JobDetail } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Cid } from '@/components/address';
import { CodeBlock, JsonView } from '@/components/code-block';
import { Empty } from '@/components/empty';
import { groupedInteger } from '@/format/amount';
import { bytesText } from '@/format/ratio';
import { asksOf, type OpAsk } from '../lib/prompts';

/** What the model answered, its reasoning before it in a lighter tone. */
export function JobResult({ detail }: { detail: JobDetail }): ReactNode {
  const { job, result, definition } = detail;
  if (result.answers.length > 0) {
    const asks = asksOf(definition.json);
    return (
      <div className="flex flex-col gap-3">
        {result.answers.map((answer, index) => (
          <Answer
            // biome-ignore lint/suspicious/noArrayIndexKey: answers stand in the order of their prompts.
            key={index}
            answer={answer}
            prompt={promptOf(asks, result.answers, index)}
          />
        ))}
      </div>
    );
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

/** Prompts are answered in order, op by op. */
function promptOf(asks: readonly OpAsk[], answers: readonly AnswerView[], index: number): string | undefined {
  const answer = answers[index];
  const place = answers.slice(0, index).filter((other) => other.op === answer?.op).length;
  return asks.find((ask) => ask.op === answer?.op)?.prompts?.[place];
}

function Answer({ answer, prompt }: { answer: AnswerView; prompt: string | undefined }): ReactNode {
  const { tokens } = answer;
  return (
    <div>
      {prompt !== undefined && (
        <p className="mb-1.5 flex items-baseline gap-3">
          <span className="text-13 text-ink-3">Prompt</span>
          <span className="font-mono text-13 wrap-anywhere">{prompt}</span>
        </p>
      )}
      <CodeBlock copy={answer.text} label="answer">
        {answer.reasoning !== '' && <span className="text-ink-3">{`${answer.reasoning.trimEnd()}\n`}</span>}
        <span className="font-medium">{answer.text}</span>
      </CodeBlock>
      <p className="mt-1 text-12 text-ink-3">
        {groupedInteger(tokens.completion)} tokens
        {tokens.reasoning > 0 && `, ${groupedInteger(tokens.reasoning)} of them reasoning`}
        {answer.finishReason === 'length' && ', cut at its token limit'}
      </p>
    </div>
  );
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
