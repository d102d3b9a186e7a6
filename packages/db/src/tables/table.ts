/** Postgres types of the columns that bulk writes touch. */
export type ColumnType =
  | 'text'
  | 'bigint'
  | 'integer'
  | 'integer[]'
  | 'text[]'
  | 'boolean'
  | 'jsonb'
  | 'numeric'
  | 'double precision'
  | 'timestamptz';

/** A table as bulk writes see it. A test holds these against the migrated database. */
export interface TableSpec<Name extends string = string> {
  readonly table: string;
  readonly key: readonly Name[];
  readonly columns: Readonly<Record<Name, ColumnType>>;
}

/** Describes a table whose key and columns agree. */
export const table = <const Name extends string>(
  name: string,
  key: readonly NoInfer<Name>[],
  columns: Readonly<Record<Name, ColumnType>>,
): TableSpec<Name> => ({ table: name, key, columns });
