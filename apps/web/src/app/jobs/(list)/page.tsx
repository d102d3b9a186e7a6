import type { Metadata } from 'next';
import Link from 'next/link';
import { Address } from '@/components/address';
import { ButtonLink } from '@/components/button';
import { Empty } from '@/components/empty';
import { PageHeader } from '@/components/section';
import { Pager } from '@/components/table/pager';
import { readJobs, readModels } from '@/features/jobs/api/read';
import { shownColumns } from '@/features/jobs/lib/columns';
import { jobFilters, jobListInput } from '@/features/jobs/lib/filters';
import { marketOptions } from '@/features/jobs/lib/market-options';
import { JobFilters } from '@/features/jobs/ui/job-filters';
import { JobTable } from '@/features/jobs/ui/job-table';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { hrefWith, type SearchParams } from '@/format/search-params';
import { container } from '@/server/container';

export const metadata: Metadata = { title: 'Jobs' };

const ROWS = 50;

export default async function JobsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const filters = jobFilters(params);
  const [page, catalogue, { environment }] = await Promise.all([
    readJobs(jobListInput(filters, ROWS)),
    readModels(),
    container(),
  ]);
  const markets = marketOptions(environment.CLUSTER, page.rows, filters.market);
  const models = [
    ...new Set([...catalogue.map((model) => model.name), ...(filters.model ? [filters.model] : [])]),
  ];
  const filtered =
    filters.status !== 'all' || [filters.market, filters.model, filters.node, filters.project].some(Boolean);
  return (
    <>
      <LiveRefresh
        watch={{ jobs: 'any' }}
        known={page.rows.map((job) => job.address)}
        joining={filtered ? 'any' : 'listed'}
      />
      <PageHeader
        title="Jobs"
        note="Every job ever listed, also those whose accounts are closed. Newest first."
      />
      <JobFilters filters={filters} params={params} markets={markets} models={models} />
      <Narrowed node={filters.node} project={filters.project} params={params} />
      <JobTable
        label="Jobs"
        rows={page.rows}
        columns={shownColumns(params)}
        sticky
        pageKey={hrefWith('/jobs', params, {})}
        sort={{ value: 'listed', direction: filters.sort === 'newest' ? 'desc' : 'asc' }}
        sortHref={(sort) =>
          hrefWith('/jobs', params, {
            sort: sort.direction === 'asc' ? 'oldest' : undefined,
            cursor: undefined,
          })
        }
        empty={
          filtered ? (
            <Empty
              title="No job matches"
              action={
                <ButtonLink prefetch={false} href="/jobs">
                  Show all jobs
                </ButtonLink>
              }
            >
              Take a filter away, or look in another market.
            </Empty>
          ) : (
            <Empty
              title="No job has been listed yet"
              action={
                <ButtonLink prefetch={false} href="/launch" variant="primary">
                  Launch the first job
                </ButtonLink>
              }
            >
              The first job appears here the moment it is listed.
            </Empty>
          )
        }
      />
      <Pager
        noun="jobs"
        count={page.rows.length}
        firstHref={
          filters.cursor === undefined ? undefined : hrefWith('/jobs', params, { cursor: undefined })
        }
        nextHref={
          page.nextCursor === null ? undefined : hrefWith('/jobs', params, { cursor: page.nextCursor })
        }
      />
    </>
  );
}

function Narrowed({
  node,
  project,
  params,
}: {
  node: string | undefined;
  project: string | undefined;
  params: SearchParams;
}) {
  if (node === undefined && project === undefined) return null;
  return (
    <p className="mb-3 flex flex-wrap items-center gap-2 text-13 text-ink-2">
      Only jobs {node !== undefined ? 'of node' : 'posted by'} <Address address={node ?? project ?? ''} />
      <Link
        prefetch={false}
        href={hrefWith('/jobs', params, { node: undefined, project: undefined })}
        className="underline"
      >
        show all
      </Link>
    </p>
  );
}
