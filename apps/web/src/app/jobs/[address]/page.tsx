import type { JobDetail } from '@inferscan/api/client';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Address } from '@/components/address';
import { RelativeTime } from '@/components/clock/relative-time';
import { renderedAt } from '@/components/clock/rendered-at';
import { Fact, Facts, Unknown } from '@/components/facts';
import { FullLifeLine } from '@/components/life-line/full-life-line';
import { PageHeader, Section } from '@/components/section';
import { StateTag } from '@/components/state-tag';
import { JobActions } from '@/features/console/ui/job-actions';
import { ServiceEntry } from '@/features/console/ui/service-entry';
import { readJob } from '@/features/jobs/api/read';
import { escrowOf } from '@/features/jobs/lib/escrow';
import { endingOf, jobState, lifeOf } from '@/features/jobs/lib/state';
import { CallSnippets } from '@/features/jobs/ui/call-snippets';
import { JobDefinition } from '@/features/jobs/ui/job-definition';
import { JobMoney } from '@/features/jobs/ui/job-money';
import { JobReceipt } from '@/features/jobs/ui/job-receipts';
import { JobResult } from '@/features/jobs/ui/job-result';
import { JobService } from '@/features/jobs/ui/job-service';
import { JobTimeline } from '@/features/jobs/ui/job-timeline';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { RefreshLater } from '@/features/live/ui/refresh-later';
import { shortAddress } from '@/format/address';
import { oneOf, type SearchParams } from '@/format/search-params';

interface Props {
  params: Promise<{ address: string }>;
  searchParams: Promise<SearchParams>;
}

/** Blocks become final about this long after they are confirmed, seconds. */
const FINALITY_SECONDS = 14;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Job ${shortAddress((await params).address)}` };
}

export default async function JobPage({ params, searchParams }: Props) {
  const { address } = await params;
  const detail = await readJob(address, oneOf(await searchParams, 'at'));
  if (detail === null) notFound();
  const { job } = detail;
  const state = jobState(job);
  const now = renderedAt();
  const settling = detail.events.findLast((event) => event.finality === 'confirmed');
  return (
    <>
      <LiveRefresh watch={{ jobs: [job.address], markets: job.status === 'queued' ? [job.market] : [] }} />
      {settling && <RefreshLater key={settling.position} seconds={FINALITY_SECONDS} />}
      <PageHeader
        crumb={
          <>
            <Link prefetch={false} href="/jobs" className="hover:underline">
              Jobs
            </Link>
            {' / '}
            <Link href={`/markets/${job.market}`} prefetch={false} className="hover:underline">
              {job.marketName ?? shortAddress(job.market)}
            </Link>
          </>
        }
        title={
          <>
            <Address address={job.address} copy="always" />
            <StateTag state={state.look} title={state.why} strong>
              {state.word}
            </StateTag>
          </>
        }
        note={state.why}
        actions={<JobActions job={job} />}
      />
      <section aria-label="Life" className="mb-9 border-y border-line py-5">
        <FullLifeLine
          life={lifeOf(job)}
          state={state.look}
          escrow={escrowOf(job)}
          ending={endingOf(job.status)}
          renderedAt={now}
        />
      </section>
      <div className="grid grid-cols-[minmax(0,1fr)_340px] gap-x-10 gap-y-9 max-[1039px]:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-9">
          {detail.service === null ? (
            <Section title="Result" note={detail.result.facts?.reason ?? undefined}>
              <JobResult detail={detail} />
            </Section>
          ) : (
            <Section title="Endpoint" note={detail.result.facts?.reason ?? undefined}>
              <JobService detail={detail} service={detail.service}>
                <ServiceEntry
                  job={job}
                  service={detail.service}
                  others={
                    detail.service.baseUrl !== null && (
                      <CallSnippets baseUrl={detail.service.baseUrl} service={detail.service} token={null} />
                    )
                  }
                />
              </JobService>
            </Section>
          )}
          <Section title="Timeline" note="every step is a transaction">
            <JobTimeline detail={detail} />
          </Section>
          {detail.receipts.map((receipt) => (
            <Section key={receipt.op} title={`Receipt of ${receipt.op}`} note="signed by the node">
              <JobReceipt receipt={receipt} />
            </Section>
          ))}
        </div>
        <div className="flex min-w-0 flex-col gap-9">
          <Section title="Money" note="from the token transfers">
            <JobMoney detail={detail} />
          </Section>
          <Section title="Definition" note="what it asks for">
            <JobDefinition definition={detail.definition} />
          </Section>
          <Section title="People and places">
            <Parties detail={detail} now={now} />
          </Section>
        </div>
      </div>
    </>
  );
}

function Parties({ detail, now }: { detail: JobDetail; now: number }) {
  const { job, otherLives } = detail;
  return (
    <Facts>
      <Fact name="Posted by">
        <Address address={job.project} href={`/jobs?project=${job.project}`} />
      </Fact>
      {job.payer !== job.project && (
        <Fact name="Paid by">
          <Address address={job.payer} />
        </Fact>
      )}
      <Fact name="Node">
        {job.node === null && job.status === 'stopped' ? (
          <Unknown why="Its node gave it up before the index began." />
        ) : job.node === null ? (
          <span className="text-ink-3">none yet</span>
        ) : (
          <Address address={job.node} href={`/nodes/${job.node}`} />
        )}
      </Fact>
      <Fact name="Market">
        <Address address={job.market} name={job.marketName} href={`/markets/${job.market}`} />
      </Fact>
      <Fact name="Account on chain">
        {job.closedAt === null ? (
          'open'
        ) : (
          <>
            closed <RelativeTime at={job.closedAt} renderedAt={now} />
          </>
        )}
      </Fact>
      {otherLives.length > 0 && (
        <Fact name="Other jobs at this address">
          <ul>
            {otherLives.map((life) => (
              <li key={life.id}>
                <Link
                  href={`/jobs/${job.address}?at=${life.listedPosition}`}
                  prefetch={false}
                  className="hover:underline"
                >
                  {life.listedAt === null ? (
                    life.status
                  ) : (
                    <RelativeTime at={life.listedAt} renderedAt={now} />
                  )}
                </Link>
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </Facts>
  );
}
