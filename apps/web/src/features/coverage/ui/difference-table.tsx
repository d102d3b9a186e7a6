import type { DifferenceRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Address } from '@/components/address';
import { Empty } from '@/components/empty';
import type { Column } from '@/components/table/column';
import { DataTable } from '@/components/table/data-table';

/** Where a record has a page of its own. */
const PAGES: Partial<Record<DifferenceRow['kind'], string>> = { market: '/markets', job: '/jobs' };

const said = (value: string | null): ReactNode =>
  value === null ? <span className="text-ink-3">nothing</span> : <span className="break-all">{value}</span>;

const COLUMNS: readonly Column<DifferenceRow>[] = [
  {
    key: 'record',
    header: 'Record',
    phone: 'top-left',
    cell: ({ kind, address }) => (
      <span className="inline-flex items-baseline gap-2">
        {kind}
        <Address
          address={address}
          name={null}
          href={PAGES[kind] === undefined ? undefined : `${PAGES[kind]}/${address}`}
        />
      </span>
    ),
  },
  { key: 'field', header: 'Field', phone: 'top-right', cell: ({ field }) => field },
  { key: 'indexed', header: 'In the tables', phone: 'bottom-left', cell: ({ indexed }) => said(indexed) },
  { key: 'chain', header: 'On chain', phone: 'bottom-right', cell: ({ onChain }) => said(onChain) },
  {
    key: 'cause',
    header: 'Cause',
    phone: 'line',
    cell: ({ cause }) => <span className="text-ink-2">{cause}</span>,
  },
];

/** What the tables and the chain did not agree on. */
export function DifferenceTable({ rows }: { rows: readonly DifferenceRow[] }): ReactNode {
  return (
    <DataTable
      label="Differences between the tables and the chain"
      columns={COLUMNS}
      rows={rows}
      rowKey={({ kind, address, field }) => `${kind} ${address} ${field}`}
      comfortable
      empty={<Empty title="No difference">Every field and every vault said the same.</Empty>}
    />
  );
}
