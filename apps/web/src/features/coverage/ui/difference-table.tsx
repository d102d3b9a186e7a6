import type { DifferenceRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Address } from '@/components/address';
import { RelativeTime } from '@/components/clock/relative-time';
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
    cell: ({ cause }) => <span className="break-words text-ink-2">{cause}</span>,
  },
];

const HEALING: Column<DifferenceRow> = {
  key: 'healing',
  header: 'Healing',
  phone: 'line',
  cell: ({ healing }) => (
    <span className="break-words text-ink-2">{healing ?? 'not healed yet: it is tried when seen again'}</span>
  ),
};

/** What the tables and the chain do not agree on, with what was tried. */
export function DifferenceTable({ rows }: { rows: readonly DifferenceRow[] }): ReactNode {
  return (
    <DataTable
      label="Differences between the tables and the chain"
      columns={[...COLUMNS, HEALING]}
      rows={rows}
      rowKey={({ kind, address, field }) => `${kind} ${address} ${field}`}
      comfortable
      empty={<Empty title="No difference">Every field and every vault said the same.</Empty>}
    />
  );
}

/** What they did not agree on, and what healed it. */
export function HealedTable({
  rows,
  renderedAt,
}: {
  rows: readonly DifferenceRow[];
  renderedAt: number;
}): ReactNode {
  const columns: readonly Column<DifferenceRow>[] = [
    ...COLUMNS,
    {
      key: 'healed',
      header: 'Healed',
      phone: 'line',
      cell: ({ healing, healedAt }) => (
        <span className="break-words text-ink-2">
          {healedAt !== null && <RelativeTime at={healedAt} renderedAt={renderedAt} />}: {healing}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label="Differences that were healed"
      columns={columns}
      rows={rows}
      rowKey={({ kind, address, field, healedAt }) => `${kind} ${address} ${field} ${healedAt}`}
      comfortable
      empty={<Empty title="None">Nothing had to be healed.</Empty>}
    />
  );
}
