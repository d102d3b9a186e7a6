import Link from 'next/link';
import type { ReactNode } from 'react';
import { cx } from '../cx';
import type { Column, SortState } from './column';
import { LiveBody, LiveRow } from './live-rows';
import { TableKeys } from './table-keys';

export interface DataTableProps<Row> {
  /** Names the table for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** What stands in the table's place when it has no rows. */
  empty: ReactNode;
  sort?: SortState | undefined;
  /** Address of the same page in another order. */
  sortHref?: ((sort: SortState) => string) | undefined;
  /** Changes with the page or filter, so that rows of another page do not count as new. */
  pageKey?: string | undefined;
  /** The header stays in sight while the page scrolls. */
  sticky?: boolean | undefined;
  comfortable?: boolean | undefined;
  /** Data attributes of a row. */
  rowData?: ((row: Row) => Readonly<Record<`data-${string}`, string>>) | undefined;
  /** Rows of the marked key stand out, e.g. the reader's own. */
  marked?: ((row: Row) => boolean) | undefined;
}

const FROM = { wide: 'from-wide', desk: 'from-desk' } as const;

/** Records in rows; on a phone each becomes two lines. Keys: j and k move, Enter opens. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  empty,
  sort,
  sortHref,
  pageKey = '',
  sticky = false,
  comfortable = false,
  rowData,
  marked,
}: DataTableProps<Row>): ReactNode {
  if (rows.length === 0) return <div className="border-t border-line">{empty}</div>;
  const ruled = columns.some((column) => column.phone === 'rule');
  const cellClass = columns.map((column) =>
    cx(
      'cell',
      column.phone === 'hidden' ? 'hidden-on-phone' : column.phone,
      column.align,
      column.from && FROM[column.from],
    ),
  );
  return (
    <TableKeys>
      <table
        aria-label={label}
        className={cx(
          'w-full border-collapse text-14 phone:block',
          comfortable && 'comfortable',
          ruled && 'ruled',
        )}
      >
        <thead className={cx('phone:sr-only', sticky && 'sticky top-0 z-2 bg-page desk:top-13')}>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                aria-sort={ariaSort(column.sort?.value, sort)}
                className={cx(
                  'border-b border-line-strong pr-4 pb-2 text-left text-12 font-normal whitespace-nowrap text-ink-3 last:pr-0',
                  sticky && 'pt-2',
                  column.align === 'right' && 'text-right',
                  column.width,
                  column.from && FROM[column.from],
                )}
              >
                <HeaderCell column={column} sort={sort} sortHref={sortHref} />
              </th>
            ))}
          </tr>
        </thead>
        <LiveBody key={pageKey}>
          {rows.map((row) => (
            <LiveRow key={rowKey(row)} data={rowData?.(row)} marked={marked?.(row)}>
              {columns.map((column, index) => (
                <td key={column.key} className={cellClass[index]}>
                  {column.cell(row)}
                </td>
              ))}
            </LiveRow>
          ))}
        </LiveBody>
      </table>
    </TableKeys>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  sortHref,
}: {
  column: Column<Row>;
  sort: SortState | undefined;
  sortHref: DataTableProps<Row>['sortHref'];
}): ReactNode {
  const value = column.sort?.value;
  if (value === undefined || sortHref === undefined) return column.header;
  const active = sort?.value === value;
  const direction = active && sort.direction === 'desc' ? 'asc' : 'desc';
  return (
    <Link
      href={sortHref({ value, direction })}
      prefetch={false}
      scroll={false}
      className={cx('inline-flex items-center gap-1 hover:text-ink', active && 'font-medium text-ink')}
    >
      {column.header}
      <svg
        width="8"
        height="8"
        viewBox="0 0 8 8"
        aria-hidden="true"
        className={active ? undefined : 'opacity-40'}
      >
        {active ? (
          <path
            d={sort.direction === 'desc' ? 'M1 2.5 4 6l3-3.5z' : 'M1 5.5 4 2l3 3.5z'}
            fill="currentColor"
          />
        ) : (
          <path d="M1.5 3 4 .5 6.5 3M1.5 5 4 7.5 6.5 5" fill="none" stroke="currentColor" />
        )}
      </svg>
    </Link>
  );
}

function ariaSort(
  value: string | undefined,
  sort: SortState | undefined,
): 'ascending' | 'descending' | undefined {
  if (value === undefined || sort?.value !== value) return undefined;
  return sort.direction === 'asc' ? 'ascending' : 'descending';
}
