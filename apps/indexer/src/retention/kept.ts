import type { DatabaseClient } from '@inferscan/db';

type Query = Pick<DatabaseClient, 'query'>;

/** What is not kept any more; null: everything is. */
export interface Kept {
  /** Events before this slot are gone, or going. */
  readonly eventsFromSlot: bigint | null;
  /** As of the archive's files. */
  readonly archiveFromSlot: bigint | null;
}

/** The events from the first on are needed, and they are not all kept. */
export class EventsNotKeptError extends Error {
  override readonly name = 'EventsNotKeptError';

  constructor(readonly eventsFromSlot: bigint) {
    super(
      `events before slot ${eventsFromSlot} are not kept (RETAIN_EVENTS_DAYS), so nothing can be folded from them again: ` +
        'rebuild with follow --reset, from the archive or the network',
    );
  }
}

export async function readKept(client: Query): Promise<Kept> {
  const { rows } = await client.query<Kept>(
    'SELECT events_from_slot AS "eventsFromSlot", archive_from_slot AS "archiveFromSlot" FROM retention WHERE id = 1',
  );
  return rows[0] ?? { eventsFromSlot: null, archiveFromSlot: null };
}

/**
 * Keeps events from being dropped until the client's transaction ends. Dropping a partition is no change that a snapshot hides:
 * to be called before the transaction's first query.
 */
export async function holdEvents(client: Query): Promise<void> {
  await client.query('LOCK TABLE public.event IN ACCESS SHARE MODE');
}

/** @throws EventsNotKeptError */
export async function requireAllEvents(client: Query): Promise<void> {
  const { eventsFromSlot } = await readKept(client);
  if (eventsFromSlot !== null) throw new EventsNotKeptError(eventsFromSlot);
}

/** Notes that something before a slot is not kept: in the transaction that drops it, or before. */
export async function noteDropped(
  client: Query,
  column: 'events_from_slot' | 'archive_from_slot',
  slot: bigint,
): Promise<void> {
  await client.query(
    `INSERT INTO retention (id, ${column}) VALUES (1, $1)
     ON CONFLICT (id) DO UPDATE SET ${column} = greatest(retention.${column}, excluded.${column}), updated_at = now()`,
    [slot],
  );
}
