import type { NodeDetail } from '@inferscan/api/client';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { Address } from '@/components/address';
import { Amount } from '@/components/amount';
import { RelativeTime } from '@/components/clock/relative-time';
import { renderedAt } from '@/components/clock/rendered-at';
import { Empty } from '@/components/empty';
import { Fact, Facts, Unknown } from '@/components/facts';
import { PageHeader, Section } from '@/components/section';
import { StateTag } from '@/components/state-tag';
import { Pager } from '@/components/table/pager';
import { readBeginning } from '@/features/coverage/api/read';
import { sinceText } from '@/features/coverage/lib/since';
import { readHistory } from '@/features/history/api/read';
import { rangeLinks, rangeOf, spanOf } from '@/features/history/lib/range';
import { History } from '@/features/history/ui/history';
import { JobTable } from '@/features/jobs/ui/job-table';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { readNode } from '@/features/nodes/api/read';
import { nodeState, shortCpu } from '@/features/nodes/lib/words';
import { NodeReport } from '@/features/nodes/ui/node-report';
import { Outcomes } from '@/features/nodes/ui/outcomes';
import { Success } from '@/features/nodes/ui/success';
import { shortAddress } from '@/format/address';
import { groupedInteger } from '@/format/amount';
import { memoryText } from '@/format/ratio';
import { hrefWith, oneOf, type SearchParams } from '@/format/search-params';

interface Props {
  params: Promise<{ address: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Node ${shortAddress((await params).address)}` };
}

export default async function NodePage({ params, searchParams }: Props) {
  const { address } = await params;
  const query = await searchParams;
  const cursor = oneOf(query, 'cursor');
  const range = rangeOf(query);
  const [detail, beginning, series] = await Promise.all([
    readNode(address, cursor),
    readBeginning(),
    readHistory({ scope: 'node', address }, spanOf(range, renderedAt())),
  ]);
  if (detail === null) notFound();
  const { node, history } = detail;
  const state = nodeState(node);
  const path = `/nodes/${address}`;
  const jobs = history.rows.map((run) => ({ ...run.job, paid: run.paid }));
  return (
    <>
      <LiveRefresh watch={{ nodes: [address], jobs: jobs.map((job) => job.address), figures: true }} />
      <PageHeader
        crumb={
          <Link prefetch={false} href="/nodes" className="hover:underline">
            Nodes
          </Link>
        }
        title={
          <>
            <Address address={address} copy="always" />
            <StateTag state={state.look} title={state.why} strong>
              {state.word}
            </StateTag>
          </>
        }
        note={where(detail)}
      />
      <div className="grid grid-cols-[minmax(0,1fr)_340px] gap-x-10 gap-y-9 max-[1039px]:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-9">
          <Section title="Outcomes" note={`by the results of its runs${sinceText(beginning)}`}>
            <Outcomes outcomes={node.outcomes} />
          </Section>
          <History series={series} range={range} links={rangeLinks(path, query)} of="node" />
          <Section title="Runs" note="newest first">
            <JobTable
              label="Runs of this node"
              rows={jobs}
              columns={['job', 'work', 'market', 'listed', 'life', 'state', 'paid']}
              pageKey={hrefWith(path, query, {})}
              empty={
                <Empty title="No run yet">
                  This node asked for work and has not been given a job so far.
                </Empty>
              }
            />
            <Pager
              noun="runs"
              count={jobs.length}
              firstHref={cursor === undefined ? undefined : path}
              nextHref={
                history.nextCursor === null
                  ? undefined
                  : hrefWith(path, query, { cursor: history.nextCursor })
              }
            />
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-9 max-[1039px]:order-first">
          <Section title="Reliability" note="95 % interval">
            <p className="border-t border-line py-2">
              <Success success={node.success} wide />
            </p>
          </Section>
          <Earnings detail={detail} since={sinceText(beginning)} />
          <Machine detail={detail} now={renderedAt()} />
          {detail.report && <NodeReport report={detail.report} now={renderedAt()} />}
        </div>
      </div>
    </>
  );
}

function where({ node }: NodeDetail) {
  if (node.runningJob !== null) {
    return (
      <>
        It runs job <Address address={node.runningJob} href={`/jobs/${node.runningJob}`} /> now.
      </>
    );
  }
  if (node.queuedIn !== null) {
    return (
      <>
        It waits in the queue of{' '}
        <Link href={`/markets/${node.queuedIn}`} prefetch={false} className="underline">
          {node.queuedInName ?? shortAddress(node.queuedIn)}
        </Link>
        .
      </>
    );
  }
  return 'It runs nothing and waits in no queue.';
}

function Earnings({ detail: { node, markets, tokensServed }, since }: { detail: NodeDetail; since: string }) {
  return (
    <Section title="Earnings" note={`paid out of the vaults${since}`}>
      <Facts>
        {markets.map((market) => (
          <Fact
            key={market.market}
            name={
              <Link href={`/markets/${market.market}`} prefetch={false} className="hover:underline">
                {market.marketName ?? shortAddress(market.market)}
              </Link>
            }
            note={`${groupedInteger(market.runs)} ${market.runs === 1 ? 'run' : 'runs'}`}
          >
            <Amount base={market.earned} />
          </Fact>
        ))}
        <Fact strong={markets.length > 0} name="In all">
          <Amount base={node.earned} />
        </Fact>
        <Fact name="Tokens served" note="in receipts with a valid signature">
          {groupedInteger(tokensServed)}
        </Fact>
      </Facts>
    </Section>
  );
}

function Machine({ detail: { node }, now }: { detail: NodeDetail; now: number }) {
  const { hardware } = node;
  return (
    <Section title="Machine" note="as its last receipt says">
      <Facts>
        {hardware === null ? (
          <Fact name="Hardware">
            <Unknown why="No receipt with a valid signature of this node has been read yet." />
          </Fact>
        ) : (
          <>
            <Fact name="CPU" note={`${hardware.logicalCores} logical cores`}>
              <span title={hardware.cpuModel}>{shortCpu(hardware.cpuModel)}</span>
            </Fact>
            <Fact name="Memory">{memoryText(hardware.memoryMb)}</Fact>
            <Fact name="GPU">
              {hardware.gpus.length === 0
                ? 'none reported'
                : hardware.gpus.map((gpu) => `${gpu.name}, ${memoryText(gpu.memoryMb)}`).join('; ')}
            </Fact>
          </>
        )}
        <Fact name="First seen">
          {node.firstSeenAt === null ? (
            <Unknown why="The chain gave no time." />
          ) : (
            <RelativeTime at={node.firstSeenAt} renderedAt={now} />
          )}
        </Fact>
        <Fact name="Last seen">
          {node.lastSeenAt === null ? (
            <Unknown why="The chain gave no time." />
          ) : (
            <RelativeTime at={node.lastSeenAt} renderedAt={now} />
          )}
        </Fact>
      </Facts>
    </Section>
  );
}
