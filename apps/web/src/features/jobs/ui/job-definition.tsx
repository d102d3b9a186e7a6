import type { JobDetail } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Cid } from '@/components/address';
import { JsonView } from '@/components/code-block';
import { Fact, Facts } from '@/components/facts';
import { StateTag } from '@/components/state-tag';
import { groupedInteger } from '@/format/amount';
import { ContentState } from './job-result';

/** What the job asks for, as read and as written. */
export function JobDefinition({ definition }: { definition: JobDetail['definition'] }): ReactNode {
  const { facts, cid, json, status } = definition;
  return (
    <>
      {facts !== null && (
        <Facts>
          <Fact name="Network’s validator">
            {facts.valid ? (
              <StateTag state="done">valid</StateTag>
            ) : (
              <StateTag state="failed">not valid</StateTag>
            )}
          </Fact>
          {facts.model !== null && <Fact name="Model">{facts.model}</Fact>}
          {facts.task !== null && <Fact name="Task">{facts.task}</Fact>}
          {facts.reasoning !== null && (
            <Fact name="Reasoning">{facts.reasoning ? 'written out' : 'off'}</Fact>
          )}
          {facts.prompts !== null && <Fact name="Prompts">{groupedInteger(facts.prompts)}</Fact>}
          {facts.images.length > 0 && (
            <Fact name="Image">
              <span className="font-mono text-13 wrap-anywhere">{facts.images.join(', ')}</span>
            </Fact>
          )}
          {cid !== null && (
            <Fact name="CID">
              <Cid cid={cid} />
            </Fact>
          )}
        </Facts>
      )}
      {status === 'fetched' && json !== null ? (
        <details className="mt-3">
          <summary className="text-13 text-ink-2 hover:text-ink">The definition as posted</summary>
          <div className="mt-2">
            <JsonView value={json} label="definition" />
          </div>
        </details>
      ) : (
        <ContentState content={definition} what="definition" />
      )}
    </>
  );
}
