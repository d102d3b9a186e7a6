import type { MarketDetail } from '@inferscan/api/client';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Address } from '@/components/address';
import { Amount } from '@/components/amount';
import { ButtonLink } from '@/components/button';
import { RelativeTime } from '@/components/clock/relative-time';
import { renderedAt } from '@/components/clock/rendered-at';
import { Empty } from '@/components/empty';
import { Fact, Facts, Unknown } from '@/components/facts';
import { QueueLine } from '@/components/queue-line/queue-line';
import { PageHeader, Section } from '@/components/section';
import { StateTag } from '@/components/state-tag';
import { readHistory } from '@/features/history/api/read';
import { rangeLinks, rangeOf, spanOf } from '@/features/history/lib/range';
import { History } from '@/features/history/ui/history';
import { readJobs } from '@/features/jobs/api/read';
import { JobTable } from '@/features/jobs/ui/job-table';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { readMarket } from '@/features/markets/api/read';
import { queueText } from '@/features/markets/lib/queue-text';
import { VaultProof } from '@/features/markets/ui/vault-proof';
import { readNodes } from '@/features/nodes/api/read';
import { NodeTable } from '@/features/nodes/ui/node-table';
import { shortAddress } from '@/format/address';
import { exactAmount, groupedInteger, perHour } from '@/format/amount';
import { durationText, medianText, spanText } from '@/format/duration';
import type { SearchParams } from '@/format/search-params';

interface Props {
  params: Promise<{ address: string }>;
  searchParams: Promise<SearchParams>;
}

const NO_GATE = '11111111111111111111111111111111';

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  return { title: `Market ${shortAddress((await params).address)}` };
}

export default async function MarketPage({ params, searchParams }: Props) {
  const { address } = await params;
  const query = await searchParams;
  const range = rangeOf(query);
  const detail = await readMarket(address);
  if (detail === null) notFound();
  const [jobs, nodes, series] = await Promise.all([
    readJobs({ market: address, limit: 12 }),
    readNodes({ market: address, limit: 12 }),
    readHistory({ scope: 'market', address }, spanOf(range, renderedAt())),
  ]);
  const { market } = detail;
  return (
    <>
      <LiveRefresh watch={{ markets: [address], jobs: jobs.rows.map((job) => job.address), figures: true }} />
      <PageHeader
        crumb={
          <Link prefetch={false} href="/markets" className="hover:underline">
            Markets
          </Link>
        }
        title={
          <>
            {market.name !== null && <span>{market.name}</span>}
            <Address
              address={address}
              name={null}
              copy="always"
              className={market.name === null ? '' : 'text-14 font-normal text-ink-2'}
            />
            {market.closedAt !== null && <StateTag state="done">closed</StateTag>}
          </>
        }
        actions={
          market.closedAt === null && (
            <ButtonLink href={`/launch?market=${address}`} prefetch={false} variant="primary">
              Launch a job here
            </ButtonLink>
          )
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)_340px] gap-x-10 gap-y-9 max-[1039px]:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-9">
          <Section title="Queue" note={queueText(market)}>
            <div className="border-t border-line py-3">
              {market.queueLength === 0 ? (
                <p className="text-13 text-ink-2">
                  The queue is empty. Whoever comes first, a job or a node, waits here.
                </p>
              ) : (
                <QueueLine
                  kind={market.queueType}
                  queue={market.queue}
                  length={market.queueLength}
                  limit={96}
                />
              )}
            </div>
          </Section>
          <Section
            title="Jobs"
            note="newest first"
            more={
              <Link prefetch={false} href={`/jobs?market=${address}`} className="hover:underline">
                All {groupedInteger(market.jobsTotal)} jobs
              </Link>
            }
          >
            <JobTable
              label="Newest jobs of this market"
              rows={jobs.rows}
              columns={['job', 'work', 'node', 'life', 'state', 'paid']}
              empty={
                <Empty title="No job has been listed here yet">
                  Launch one to see what this market’s nodes can do.
                </Empty>
              }
            />
          </Section>
          <History
            series={series}
            range={range}
            links={rangeLinks(`/markets/${address}`, query)}
            of="market"
          />
          <Section title="Nodes" note="that ran a job here or wait in its queue">
            <NodeTable
              label="Nodes of this market"
              rows={nodes.rows}
              empty={<Empty title="No node has come here yet">A job listed now waits until one does.</Empty>}
            />
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-9">
          <Terms detail={detail} now={renderedAt()} />
          <Section title="Vault" note="the books against the chain">
            <VaultProof detail={detail} />
          </Section>
        </div>
      </div>
    </>
  );
}

function Terms({ detail: { market }, now }: { detail: MarketDetail; now: number }) {
  return (
    <Section title="Terms">
      <Facts>
        <Fact name="Price" note={`${exactAmount(perHour(market.jobPrice))} NOS per hour`}>
          <Amount base={market.jobPrice} unit="NOS / s" />
        </Fact>
        <Fact name="Longest job">{spanText(market.jobTimeout)}</Fact>
        <Fact name="A job listed now starts">
          {market.expectedStartSeconds === null ? (
            <Unknown why="No node is at work here, or no run has ended yet." />
          ) : market.expectedStartSeconds === 0 ? (
            'at once'
          ) : (
            `in about ${durationText(market.expectedStartSeconds)}`
          )}
        </Fact>
        <Fact name="Median wait">
          {market.medianWaitSeconds === null ? (
            <Unknown why="No job has started here yet." />
          ) : (
            medianText(market.medianWaitSeconds)
          )}
        </Fact>
        <Fact name="Median run">
          {market.medianRunSeconds === null ? (
            <Unknown why="No run has ended here yet." />
          ) : (
            medianText(market.medianRunSeconds)
          )}
        </Fact>
        <Fact name="Nodes seen">{groupedInteger(market.nodesSeen)}</Fact>
        <Fact name="Stake a node needs">
          <Amount base={market.nodeXnosMinimum} unit="xNOS" />
        </Fact>
        <Fact name="Access">
          {market.nodeAccessKey === NO_GATE ? (
            'open to every node'
          ) : (
            <Address address={market.nodeAccessKey} />
          )}
        </Fact>
        <Fact name="Run by">
          <Address address={market.authority} />
        </Fact>
        <Fact name="Opened">
          {market.openedAt === null ? (
            <Unknown why="It was opened before what is indexed." />
          ) : (
            <RelativeTime at={market.openedAt} renderedAt={now} />
          )}
        </Fact>
      </Facts>
    </Section>
  );
}
