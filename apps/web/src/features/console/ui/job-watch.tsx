'use client';

import type { CatalogueModel } from '@inferscan/api/client';
import { type ReactNode, useEffect, useRef } from 'react';
import { Address } from '@/components/address';
import { ButtonLink } from '@/components/button';
import { FullLifeLine } from '@/components/life-line/full-life-line';
import { Skeleton } from '@/components/skeleton';
import { StateTag } from '@/components/state-tag';
import { escrowOf } from '@/features/jobs/lib/escrow';
import { endingOf, jobState, lifeOf } from '@/features/jobs/lib/state';
import { JobService } from '@/features/jobs/ui/job-service';
import type { Multiplication } from '../lib/multiplication';
import { multiplicationIn } from '../lib/prompts';
import { JobActionBar } from './job-action-bar';
import { JobAnswer } from './job-answer';
import { JobSettlement } from './job-settlement';
import { ServiceAccess } from './service-access';
import { useJob } from './use-job';

/** A job of one's own while it waits, runs and settles. */
export function JobWatch({
  address,
  asked,
  models,
  renderedAt,
}: {
  address: string;
  /** The question, where this page asked it; else it is read from the definition. */
  asked: Multiplication | null;
  models: readonly CatalogueModel[];
  renderedAt: number;
}): ReactNode {
  const { detail, failed } = useJob(address);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (address !== '') heading.current?.focus();
  }, [address]);

  const model = models.find((candidate) => candidate.name === detail?.job.model) ?? models[0];
  const question =
    asked ?? (model === undefined ? null : multiplicationIn(detail?.definition.json, model.prompt.maxDigits));
  const state = detail === null ? null : jobState(detail.job);
  return (
    <section
      aria-label="Your job"
      data-testid="job-watch"
      className="mb-10 flex flex-col gap-5 border-b border-line pb-10"
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 ref={heading} tabIndex={-1} className="text-16 font-semibold outline-none">
          <Address address={address} href={`/jobs/${address}`} />
        </h2>
        {state !== null && (
          <StateTag state={state.look} title={state.why} strong>
            <span data-testid="job-state">{state.word}</span>
          </StateTag>
        )}
        <span className="ml-auto flex flex-wrap items-center gap-2">
          {detail !== null && <JobActionBar job={detail.job} />}
          <ButtonLink href={`/jobs/${address}`}>All about this job</ButtonLink>
        </span>
      </header>
      {detail === null ? (
        <div className="flex flex-col gap-3">
          <p className="text-14 text-ink-2">
            {failed
              ? 'The index does not answer. The job is on chain all the same; this page tries again by itself.'
              : 'Confirmed on chain. The index reads it now.'}
          </p>
          <Skeleton className="h-24 w-full" />
        </div>
      ) : (
        <>
          <FullLifeLine
            life={lifeOf(detail.job)}
            state={state?.look ?? 'waiting'}
            escrow={escrowOf(detail.job)}
            ending={endingOf(detail.job.status)}
            renderedAt={renderedAt}
          />
          <div className="grid items-start gap-x-16 gap-y-5 desk:grid-cols-[minmax(0,1fr)_340px]">
            {detail.service === null ? (
              <JobAnswer detail={detail} question={question} reasoningNote={model?.reasoning ?? null} />
            ) : (
              <JobService detail={detail} service={detail.service}>
                <ServiceAccess job={detail.job} service={detail.service} />
              </JobService>
            )}
            <JobSettlement detail={detail} />
          </div>
        </>
      )}
    </section>
  );
}
