/** What the command's exit code says; docs/indexer.md lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Wrong arguments or environment: nothing was begun. */
  wrongUse: 2,
  /** verify: something does not agree. */
  differs: 3,
  /** A signal ended it before its work was done; what is stored is whole. */
  interrupted: 130,
} as const;
