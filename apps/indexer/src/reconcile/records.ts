/** What an account of a program and its row in the tables both say, by field, as text; null: nothing. */
export type Fields = Readonly<Record<string, string | null>>;

export const RECORD_KINDS = ['market', 'job', 'run', 'stake', 'registration', 'pool', 'reward'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** Records of some kinds by address. */
export type Records = Readonly<Partial<Record<RecordKind, ReadonlyMap<string, Fields>>>>;

/** Something that the tables say and the chain does not, or the other way round. */
export interface Difference {
  readonly kind: RecordKind | 'vault';
  readonly address: string;
  /** `account` when one side does not have the record at all. */
  readonly field: string;
  readonly indexed: string | null;
  readonly onChain: string | null;
}
