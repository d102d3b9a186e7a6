/** Follows one output under a schema. */
export interface Matcher {
  /** The tokens that may come next, a bit for each, the lowest first; undefined when nothing more may come. */
  next(): Promise<Int32Array | undefined>;
  /** The token that was chosen. */
  accept(id: number): void;
  close(): void;
}
