/** What an account of the program and its row in the tables both say, by field, as text; null: nothing. */
export type Fields = Readonly<Record<string, string | null>>;

export const RECORD_KINDS = ['market', 'job', 'run'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** Records of each kind by address. */
export type Records = Readonly<Record<RecordKind, ReadonlyMap<string, Fields>>>;

/** Something that the tables say and the chain does not, or the other way round. */
export interface Difference {
  readonly kind: RecordKind | 'vault';
  readonly address: string;
  /** `account` when one side does not have the record at all. */
  readonly field: string;
  readonly indexed: string | null;
  readonly onChain: string | null;
}
