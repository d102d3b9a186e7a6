import Link from 'next/link';
import { ButtonLink } from '@/components/button';
import { Empty } from '@/components/empty';
import { Section } from '@/components/section';
import { readJobs } from '@/features/jobs/api/read';
import { JobTable } from '@/features/jobs/ui/job-table';
import { LiveRefresh } from '@/features/live/ui/live-refresh';
import { readMarkets } from '@/features/markets/api/read';
import { Queues } from '@/features/markets/ui/queues';
import { readOverview } from '@/features/network/api/read';
import { Pulse } from '@/features/network/ui/pulse';
import { groupedInteger } from '@/format/amount';

const ROWS = 14;

export default async function HomePage() {
  const [overview, jobs, markets] = await Promise.all([
    readOverview(),
    readJobs({ limit: ROWS }),
    readMarkets(),
  ]);
  return (
    <>
      <h1 className="sr-only">The network now</h1>
      <LiveRefresh watch="everything" known={jobs.rows.map((job) => job.address)} />
      <div className="-mt-7 mb-7 phone:-mt-5 phone:mb-5">
        <Pulse overview={overview} />
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)_320px] gap-x-10 gap-y-8 max-[1039px]:grid-cols-1">
        <Section
          title="Jobs now"
          note="newest first"
          more={
            <Link prefetch={false} href="/jobs" className="hover:underline">
              All {groupedInteger(overview.jobsTotal)} jobs
            </Link>
          }
        >
          <JobTable
            label="Newest jobs"
            rows={jobs.rows}
            columns={['job', 'work', 'market', 'life', 'state', 'paid']}
            empty={
              <Empty
                title="No job has been listed yet"
                action={
                  <ButtonLink prefetch={false} href="/launch" variant="primary">
                    Launch the first job
                  </ButtonLink>
                }
              >
                The network is up and its markets are open. The first job appears here the moment it is
                listed.
              </Empty>
            }
          />
        </Section>
        <Section
          title="Queues"
          note="who waits for whom"
          more={
            <Link prefetch={false} href="/markets" className="hover:underline">
              Markets
            </Link>
          }
        >
          {markets.length === 0 ? (
            <Empty title="No market is open yet">
              Markets are where jobs and nodes meet, each at its own price.
            </Empty>
          ) : (
            <Queues markets={markets.filter((market) => market.closedAt === null).slice(0, 8)} />
          )}
        </Section>
      </div>
    </>
  );
}
