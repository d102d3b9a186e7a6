import { z } from 'zod';

/** Channel on which the indexer announces what a transaction of the database changed. */
export const NOTIFY_CHANNEL = 'inferscan';

const Addresses = z.array(z.string().max(64)).max(1_000).default([]);

const Notification = z.looseObject({
  slot: z.string().regex(/^\d{1,20}$/),
  many: z.literal(true).optional(),
  figures: z.literal(true).optional(),
  jobs: Addresses,
  markets: Addresses,
  nodes: Addresses,
  listed: Addresses,
});

/**
 * Addresses whose rows changed; `many` when too much changed to name it: read everything again. `figures` when sums over many records
 * were added up anew, which are counted apart, soon after what they count.
 */
export interface Change {
  type: 'change';
  slot: string;
  many: boolean;
  figures: boolean;
  jobs: string[];
  markets: string[];
  nodes: string[];
  /** Those of the jobs that are new. */
  listed: string[];
}

/**
 * How far the index is behind the chain, sent on connecting and every few seconds. Changes after it are not missed:
 * a page that reads again on the first one has everything.
 */
export interface LiveStatus {
  type: 'status';
  /** null before an indexer has ever run, or while the database does not answer. */
  lagSlots: number | null;
  lagSeconds: number | null;
  headSlot: string | null;
  /** Seconds since the indexer's last heartbeat. */
  heartbeatAgeSeconds: number | null;
  phase: string | null;
}

/** The change that tells a client to read everything again. */
export const everything = (slot: string): Change => ({
  type: 'change',
  slot,
  many: true,
  figures: true,
  jobs: [],
  markets: [],
  nodes: [],
  listed: [],
});

export type LiveMessage = Change | LiveStatus;

/** null for payloads that are not ours. */
export function parseNotification(payload: string): Change | null {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    return null;
  }
  const parsed = Notification.safeParse(json);
  if (!parsed.success) return null;
  const { slot, many = false, figures = false, jobs, markets, nodes, listed } = parsed.data;
  return { type: 'change', slot, many, figures, jobs, markets, nodes, listed };
}

/** What a client wants to hear of; without any list, everything. */
export interface LiveFilter {
  jobs?: string[] | undefined;
  markets?: string[] | undefined;
  nodes?: string[] | undefined;
}

/** The part of a change that a filter lets through; null when nothing is left. */
export function narrow(change: Change, filter: LiveFilter): Change | null {
  if (change.many || (!filter.jobs && !filter.markets && !filter.nodes)) return change;
  const pick = (wanted: string[] | undefined, changed: string[]) =>
    changed.filter((address) => wanted?.includes(address) ?? false);
  const narrowed = {
    ...change,
    figures: false,
    jobs: pick(filter.jobs, change.jobs),
    markets: pick(filter.markets, change.markets),
    nodes: pick(filter.nodes, change.nodes),
    listed: pick(filter.jobs, change.listed),
  };
  return narrowed.jobs.length + narrowed.markets.length + narrowed.nodes.length > 0 ? narrowed : null;
}
