import { type SessionLock, takeSessionLock } from '@inferscan/db';

import { pause } from '../rpc/backoff.js';

/** ASCII "inferscn": held in the facts' database by the one indexer that writes them. */
const WRITER_LOCK = 0x69_6e_66_65_72_73_63_6en;
/** A predecessor that was just killed keeps its session for a moment. */
const WAIT_MS = 5_000;

/** Another indexer is running on the same database. */
class WriterLockError extends Error {
  override readonly name = 'WriterLockError';

  constructor() {
    super(
      'another indexer is writing to this database: stop it, or set DATABASE_URL to another database (one writer at a time)',
    );
  }
}

/** @throws WriterLockError; what the connection reports */
export async function takeWriterLock(
  databaseUrl: string,
  onLost: (reason: string) => void,
  signal: AbortSignal,
): Promise<SessionLock> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const lock = await takeSessionLock(databaseUrl, WRITER_LOCK, {
      onLost,
      applicationName: 'inferscan-indexer-lock',
    });
    if (lock !== null) return lock;
    if (Date.now() > deadline) throw new WriterLockError();
    await pause(200, signal);
  }
}
