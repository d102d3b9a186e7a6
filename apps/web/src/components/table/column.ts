import type { ReactNode } from 'react';

/**
 * Where a cell goes when the screen is a phone and a row becomes two lines. 'line' is a third one below them,
 * 'rule' one that takes the place of the row's hairline.
 */
export type PhonePlace =
  | 'top-left'
  | 'top-right'
  | 'bottom-left'
  | 'bottom-right'
  | 'line'
  | 'rule'
  | 'hidden';

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  align?: 'left' | 'right';
  /** Set where the server can sort by this column. */
  sort?: { value: string } | undefined;
  phone: PhonePlace;
  /** Tailwind width of the column. */
  width?: string | undefined;
  /** Shown only where there is room for it. */
  from?: 'wide' | 'desk' | undefined;
}

export interface SortState {
  value: string;
  direction: 'asc' | 'desc';
}
