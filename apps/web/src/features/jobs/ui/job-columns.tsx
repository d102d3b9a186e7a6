import type { JobRow } from '@inferscan/api/client';
import { Address } from '@/components/address';
import { Amount } from '@/components/amount';
import { RelativeTime } from '@/components/clock/relative-time';
import { RunningDuration } from '@/components/clock/running-duration';
import { Unknown } from '@/components/facts';
import { lifeSpans, sharedAxis } from '@/components/life-line/geometry';
import { LifeLine } from '@/components/life-line/life-line';
import { ranText } from '@/components/life-line/text';
import { StateTag } from '@/components/state-tag';
import type { Column } from '@/components/table/column';
import { spanText } from '@/format/duration';
import type { JobColumn } from '../lib/columns';
import { jobState, lifeOf, workName } from '../lib/state';

export interface JobColumnsOptions {
  columns: readonly JobColumn[];
  /** The rows that share one time axis. */
  rows: readonly JobRow[];
  renderedAt: number;
}

/** Columns of any table of jobs. */
export function jobColumns({ columns, rows, renderedAt }: JobColumnsOptions): Column<JobRow>[] {
  const axis = sharedAxis(rows.map(lifeOf), renderedAt);
  const all: Record<JobColumn, Column<JobRow>> = {
    job: {
      key: 'job',
      header: 'Job',
      phone: 'top-left',
      cell: (job) => <Address address={job.address} href={jobHref(job, rows)} stretched />,
    },
    work: {
      key: 'work',
      header: 'Model',
      phone: 'bottom-left',
      cell: (job) => {
        const { name, known } = workName(job);
        return <span className={known ? undefined : 'text-ink-3'}>{name}</span>;
      },
    },
    market: {
      key: 'market',
      header: 'Market',
      phone: 'hidden',
      from: 'desk',
      cell: (job) => (
        <Address
          address={job.market}
          name={job.marketName}
          href={`/markets/${job.market}`}
          glyph={job.marketName === null}
          copy={false}
          className="relative z-1 text-ink-2"
        />
      ),
    },
    node: {
      key: 'node',
      header: 'Node',
      phone: 'hidden',
      from: 'desk',
      cell: (job) =>
        job.node === null ? (
          <span className="text-ink-3">none yet</span>
        ) : (
          <Address address={job.node} href={`/nodes/${job.node}`} copy={false} className="relative z-1" />
        ),
    },
    listed: {
      key: 'listed',
      header: 'Listed',
      phone: 'hidden',
      sort: { value: 'listed' },
      cell: (job) =>
        job.listedAt === null ? (
          <span className="text-ink-3">unknown</span>
        ) : (
          <span className="text-ink-2">
            <RelativeTime at={job.listedAt} renderedAt={renderedAt} />
          </span>
        ),
    },
    life: {
      key: 'life',
      header: `Life, 0 to ${spanText(axis)}`,
      phone: 'rule',
      width: 'w-[26%] min-w-30',
      cell: (job) => (
        <LifeLine life={lifeOf(job)} state={jobState(job).look} axis={axis} renderedAt={renderedAt} />
      ),
    },
    time: {
      key: 'time',
      header: 'Ran',
      align: 'right',
      phone: 'hidden',
      cell: (job) => <Ran job={job} renderedAt={renderedAt} />,
    },
    state: {
      key: 'state',
      header: 'State',
      phone: 'top-right',
      cell: (job) => {
        const { look, word, why } = jobState(job);
        return (
          <StateTag state={look} title={why}>
            {word}
          </StateTag>
        );
      },
    },
    paid: {
      key: 'paid',
      header: 'Paid',
      align: 'right',
      phone: 'bottom-right',
      cell: (job) =>
        job.paid === null ? (
          <Unknown why="It was settled before the index began." />
        ) : job.paid === 0n && (job.status === 'queued' || job.status === 'running') ? (
          <span className="text-ink-3">nothing yet</span>
        ) : (
          <Amount base={job.paid} precision="short" fraction={4} />
        ),
    },
  };
  return columns.map((column) => all[column]);
}

/** An address that lived more than once in a table leads to the life of its row. */
function jobHref(job: JobRow, rows: readonly JobRow[]): string {
  const alone = rows.filter((row) => row.address === job.address).length === 1;
  return alone ? `/jobs/${job.address}` : `/jobs/${job.address}?at=${job.listedPosition}`;
}

function Ran({ job, renderedAt }: { job: JobRow; renderedAt: number }) {
  const life = lifeOf(job);
  if (life.startedAt === null) return <span className="text-ink-3">not yet</span>;
  if (life.endedAt === null) return <RunningDuration since={life.startedAt} renderedAt={renderedAt} />;
  return <span className="tabular-nums">{ranText(lifeSpans(life, renderedAt).run)}</span>;
}
