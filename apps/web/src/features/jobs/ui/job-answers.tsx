import type { AnswerView } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { CodeBlock } from '@/components/code-block';
import { groupedInteger } from '@/format/amount';
import type { AnsweredPrompt } from '../lib/answers';

/** Up to this many answers stand in full; more become a list. */
const IN_FULL = 3;
/** Rows of a batch before the fold, and at most. The result's document has all of them. */
const BEFORE_FOLD = 8;
const AT_MOST = 500;

/** What the model answered: a few in full, a batch as a list whose rows open to the reasoning. */
export function JobAnswers({ answered }: { answered: readonly AnsweredPrompt[] }): ReactNode {
  if (answered.length > IN_FULL) return <Batch answered={answered} />;
  return (
    <div className="flex flex-col gap-3">
      {answered.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: answers stand in the order of their prompts.
        <Answer key={index} {...item} />
      ))}
    </div>
  );
}

function Answer({ answer, prompt }: AnsweredPrompt): ReactNode {
  return (
    <div>
      {prompt !== undefined && (
        <p className="mb-1.5 flex items-baseline gap-3">
          <span className="text-13 text-ink-3">Prompt</span>
          <span className="font-mono text-13 wrap-anywhere">{prompt}</span>
        </p>
      )}
      <CodeBlock copy={answer.text} label="answer">
        <Written answer={answer} />
      </CodeBlock>
      <p className="mt-1 text-12 text-ink-3">{tokensText(answer)}</p>
    </div>
  );
}

function Written({ answer }: { answer: AnswerView }): ReactNode {
  return (
    <>
      {answer.reasoning !== '' && <span className="text-ink-3">{`${answer.reasoning.trimEnd()}\n`}</span>}
      <span className="font-medium">{answer.text}</span>
    </>
  );
}

function tokensText({ tokens, finishReason }: AnswerView): string {
  return [
    `${groupedInteger(tokens.completion)} tokens`,
    ...(tokens.reasoning > 0 ? [`${groupedInteger(tokens.reasoning)} of them reasoning`] : []),
    ...(finishReason === 'length' ? ['cut at its token limit'] : []),
  ].join(', ');
}

function Batch({ answered }: { answered: readonly AnsweredPrompt[] }): ReactNode {
  const shown = answered.slice(0, AT_MOST);
  const tokens = answered.reduce((sum, { answer }) => sum + answer.tokens.completion, 0);
  return (
    <div>
      <p className="mb-2 text-13 text-ink-2">
        {groupedInteger(answered.length)} answers, {groupedInteger(tokens)} tokens
      </p>
      <Rows answered={shown.slice(0, BEFORE_FOLD)} from={1} />
      {shown.length > BEFORE_FOLD && (
        <details>
          <summary className="py-2 text-13 text-ink-2">
            {groupedInteger(shown.length - BEFORE_FOLD)} more
          </summary>
          <Rows answered={shown.slice(BEFORE_FOLD)} from={BEFORE_FOLD + 1} />
        </details>
      )}
      {answered.length > AT_MOST && (
        <p className="py-2 text-13 text-ink-3">
          The other {groupedInteger(answered.length - AT_MOST)} are in the result’s document.
        </p>
      )}
    </div>
  );
}

function Rows({ answered, from }: { answered: readonly AnsweredPrompt[]; from: number }): ReactNode {
  return (
    <ol start={from}>
      {answered.map(({ answer, prompt }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: answers stand in the order of their prompts.
        <li key={index} className="border-t border-line last:border-b">
          <details>
            <summary className="flex min-h-9 list-none flex-wrap items-center gap-x-4 py-1.5 hover:bg-sunk [&::-webkit-details-marker]:hidden">
              <span className="w-9 text-right text-12 text-ink-3">{from + index}</span>
              <span className="min-w-0 flex-1 truncate font-mono text-13 text-ink-2">
                {prompt ?? 'prompt unknown'}
              </span>
              <span className="min-w-0 flex-1 truncate text-right font-mono text-13 font-medium">
                {answer.text}
              </span>
              <span className="w-24 text-right text-12 text-ink-3 phone:hidden">
                {groupedInteger(answer.tokens.completion)} tokens
              </span>
            </summary>
            <div className="pb-3 pl-13 phone:pl-0">
              <CodeBlock copy={answer.text} label={`answer ${from + index}`}>
                <Written answer={answer} />
              </CodeBlock>
              <p className="mt-1 text-12 text-ink-3">{tokensText(answer)}</p>
            </div>
          </details>
        </li>
      ))}
    </ol>
  );
}
