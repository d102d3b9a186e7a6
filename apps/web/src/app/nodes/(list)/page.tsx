import type { Metadata } from 'next';
import { ButtonLink } from '@/components/button';
import { Empty } from '@/components/empty';
import { FilterLinks } from '@/components/filter-links';
import { PageHeader } from '@/components/section';
import { Pager } from '@/components/table/pager';
import { readBeginning } from '@/features/coverage/api/read';
import { sinceText } from '@/features/coverage/lib/since';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { readNodes } from '@/features/nodes/api/read';
import { NodeTable } from '@/features/nodes/ui/node-table';
import { choiceOf, hrefWith, oneOf, type SearchParams } from '@/format/search-params';

export const metadata: Metadata = { title: 'Nodes' };

const STATES = ['all', 'running', 'queued', 'away'] as const;
const STATE_NAMES = { all: 'All', running: 'Running a job', queued: 'Waiting', away: 'Away' } as const;

export default async function NodesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const sort = choiceOf(params, 'sort', ['lastSeen', 'success', 'earned']);
  const direction = choiceOf(params, 'direction', ['desc', 'asc']);
  const state = choiceOf(params, 'state', STATES);
  const cursor = oneOf(params, 'cursor');
  const [page, beginning] = await Promise.all([
    readNodes({
      sort,
      direction,
      ...(state === 'all' ? {} : { state }),
      ...(cursor === undefined ? {} : { cursor }),
    }),
    readBeginning(),
  ]);
  return (
    <>
      <LiveRefresh watch={{ nodes: 'any' }} />
      <PageHeader
        title="Nodes"
        note={`Machines that take jobs from the markets’ queues. A success rate counts runs by their results${sinceText(beginning)}; runs that the poster ended count for neither side.`}
      />
      <FilterLinks
        label="State"
        className="mb-4"
        options={STATES.map((option) => ({
          name: STATE_NAMES[option],
          href: hrefWith('/nodes', params, {
            state: option === 'all' ? undefined : option,
            cursor: undefined,
          }),
          here: option === state,
        }))}
      />
      <NodeTable
        label="Nodes"
        rows={page.rows}
        sticky
        pageKey={hrefWith('/nodes', params, {})}
        sort={{ value: sort, direction }}
        sortHref={(next) =>
          hrefWith('/nodes', params, {
            sort: next.value === 'lastSeen' ? undefined : next.value,
            direction: next.direction === 'desc' ? undefined : 'asc',
            cursor: undefined,
          })
        }
        empty={
          state === 'all' ? (
            <Empty title="No node has come yet">
              A node appears here when it first asks a market for work.
            </Empty>
          ) : (
            <Empty
              title="No node is in this state"
              action={
                <ButtonLink prefetch={false} href="/nodes">
                  Show all nodes
                </ButtonLink>
              }
            />
          )
        }
      />
      <Pager
        noun="nodes"
        count={page.rows.length}
        firstHref={cursor === undefined ? undefined : hrefWith('/nodes', params, { cursor: undefined })}
        nextHref={
          page.nextCursor === null ? undefined : hrefWith('/nodes', params, { cursor: page.nextCursor })
        }
      />
    </>
  );
}
