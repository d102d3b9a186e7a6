import type { Change, LiveStatus } from '@inferscan/api/client';

/** live: what is shown is what the chain has. delayed: behind, and catching up. stale: nobody knows. */
export type LiveState = 'connecting' | 'live' | 'delayed' | 'stale';

export interface LiveHealth {
  state: LiveState;
  /** How far what is shown is behind the chain; null where that is not known. */
  lagSeconds: number | null;
  /** One sentence for those who ask why. */
  reason: string;
}

/** Lag that readers do not notice, seconds. */
const UNNOTICED_SECONDS = 3;
/** The indexer writes its heartbeat every few seconds; after this it is not there. */
const HEARTBEAT_LOST_SECONDS = 15;
/** The server sends its status every two seconds; after this the connection is gone. */
export const SILENCE_SECONDS = 12;

export const CONNECTING: LiveHealth = {
  state: 'connecting',
  lagSeconds: null,
  reason: 'Connecting to the live updates.',
};

export const DISCONNECTED: LiveHealth = {
  state: 'stale',
  lagSeconds: null,
  reason: 'No live updates reach this page. It tries again by itself.',
};

/** What a status of the server means for the reader. */
export function healthOf(status: LiveStatus): LiveHealth {
  const { lagSeconds, heartbeatAgeSeconds } = status;
  if (lagSeconds === null || heartbeatAgeSeconds === null) {
    return { state: 'stale', lagSeconds: null, reason: 'No indexer has run yet.' };
  }
  if (heartbeatAgeSeconds > HEARTBEAT_LOST_SECONDS) {
    return {
      state: 'stale',
      lagSeconds: Math.max(lagSeconds, Math.round(heartbeatAgeSeconds)),
      reason: `The indexer was last heard of ${Math.round(heartbeatAgeSeconds)} s ago.`,
    };
  }
  if (lagSeconds > UNNOTICED_SECONDS) {
    return { state: 'delayed', lagSeconds, reason: `The index is ${lagSeconds} s behind the chain.` };
  }
  return { state: 'live', lagSeconds, reason: `The index is ${lagSeconds} s behind the chain.` };
}

/** Records of one kind that a page shows: any of them, or these. */
type Watched = 'any' | readonly string[];

/** What a page shows: everything, or records of some kinds, and sums over many of them. */
export type Watch = 'everything' | { jobs?: Watched; markets?: Watched; nodes?: Watched; figures?: boolean };

/** Whether a change touches what a page shows. */
export function touches(watch: Watch, change: Omit<Change, 'type' | 'slot'>): boolean {
  if (watch === 'everything' || change.many) return true;
  if (watch.figures === true && change.figures) return true;
  const meets = (wanted: Watched | undefined, changed: readonly string[]) =>
    wanted !== undefined && changed.some((address) => wanted === 'any' || wanted.includes(address));
  return (
    meets(watch.jobs, change.jobs) || meets(watch.markets, change.markets) || meets(watch.nodes, change.nodes)
  );
}
