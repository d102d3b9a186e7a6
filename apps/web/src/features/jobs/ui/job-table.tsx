import type { JobRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { renderedAt } from '@/components/clock/rendered-at';
import { DataTable, type DataTableProps } from '@/components/table/data-table';
import type { JobColumn } from '../lib/columns';
import { jobColumns } from './job-columns';

export interface JobTableProps
  extends Pick<DataTableProps<JobRow>, 'empty' | 'sort' | 'sortHref' | 'pageKey' | 'sticky' | 'label'> {
  rows: readonly JobRow[];
  columns: readonly JobColumn[];
}

/** Jobs in rows, their lives on one axis. */
export function JobTable({ rows, columns, ...rest }: JobTableProps): ReactNode {
  return (
    <DataTable
      {...rest}
      rows={rows}
      rowKey={(job) => job.id}
      rowData={(job) => ({ 'data-job': job.address, 'data-status': job.status })}
      columns={jobColumns({ columns, rows, renderedAt: renderedAt() })}
    />
  );
}
