import { type SessionLock, takeSessionLock } from '@inferscan/db';

import { pause } from '../rpc/backoff.js';

/** ASCII "inferscn": held in the facts' database by the one indexer that writes them. */
const WRITER_LOCK = 0x69_6e_66_65_72_73_63_6en;
/** A predecessor that was just killed keeps its session for a moment. */
const GRACE_MS = 5_000;
const GRACE_CHECK_MS = 200;
/** How often a standby looks whether the writer is gone. */
const STANDBY_CHECK_MS = 1_000;

/** Another indexer is running on the same database. */
class WriterLockError extends Error {
  override readonly name = 'WriterLockError';

  constructor() {
    super('another indexer is writing to this database: stop it first');
  }
}

export interface WriterLockOptions {
  readonly databaseUrl: string;
  /** Called once if the lock is lost without being released. */
  readonly onLost: (reason: string) => void;
  /** Called once when another indexer has the lock: this one waits for it to go. Null: this one must not wait. */
  readonly onStandby: (() => void) | null;
}

/**
 * Takes the lock of the one writer, as soon as it is free.
 * @throws WriterLockError if another indexer has it and waiting is not allowed; what the connection reports
 */
export async function takeWriterLock(
  { databaseUrl, onLost, onStandby }: WriterLockOptions,
  signal: AbortSignal,
): Promise<SessionLock> {
  const deadline = Date.now() + GRACE_MS;
  for (let standby = false; ; ) {
    const lock = await takeSessionLock(databaseUrl, WRITER_LOCK, {
      onLost,
      applicationName: 'inferscan-indexer-lock',
    });
    if (lock !== null) return lock;
    if (!standby && Date.now() > deadline) {
      if (onStandby === null) throw new WriterLockError();
      onStandby();
      standby = true;
    }
    await pause(standby ? STANDBY_CHECK_MS : GRACE_CHECK_MS, signal);
  }
}
