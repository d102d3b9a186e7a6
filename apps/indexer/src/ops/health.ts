import type { DatabaseStatus } from './database-status.js';
import type { LiveStatus } from './status.js';

/** What /health answers; numbers of slots are text, as they are elsewhere in JSON. */
export interface HealthReport {
  readonly status: 'ok' | 'unhealthy';
  /** Why it is unhealthy. */
  readonly problems: readonly string[];
  readonly role: LiveStatus['role'];
  /** backfill until the head was reached for the first time, then tip. */
  readonly phase: 'backfill' | 'tip' | null;
  readonly headSlot: string | null;
  readonly indexedSlot: string | null;
  readonly finalizedSlot: string | null;
  readonly lag: { readonly slots: number; readonly seconds: number } | null;
  /** Slots that the chain has and the tables do not, both ends included. */
  readonly missing: readonly { readonly from: string; readonly to: string }[];
  /** Of the one that writes, which may be another process. */
  readonly heartbeat: {
    readonly at: string;
    readonly ageSeconds: number;
    readonly error: string | null;
  } | null;
  /** Hours whose figures are to be counted again; null while the database cannot be reached. */
  readonly hoursToCount: number | null;
  /** The last comparison with the chain's accounts and balances. */
  readonly lastReconciliation: DatabaseStatus['lastReconciliation'];
  /** The last comparison that found a difference, with the first one. */
  readonly lastDifference: DatabaseStatus['lastDifference'];
  readonly sources: LiveStatus['endpoints'];
  readonly transactions: number;
  readonly rollbacks: number;
}

/** At the tip the chain is looked at every second. */
const MAX_TIP_LAG_S = 30;
/** A backfill may list signatures for long before the first transaction comes, but not in silence. */
const MAX_SILENCE_S = 600;
const MAX_HEARTBEAT_AGE_S = 15;

/** Judges what is known. `database` is null when it cannot be reached. */
export function judgeHealth(live: LiveStatus, database: DatabaseStatus | null, now: number): HealthReport {
  const { role, progress, lagSlots, lagSeconds } = live;
  const beatAt = database?.heartbeat?.at ?? null;
  const age = beatAt === null ? null : Math.max(0, (now - beatAt.getTime()) / 1_000);
  const problems: string[] = [];
  if (database === null) problems.push('the database cannot be reached');
  if (role === 'starting') problems.push('it is not running yet');
  if (role === 'standby' && (age === null || age > MAX_HEARTBEAT_AGE_S)) {
    problems.push('it stands by, and the indexer that writes gives no sign of life');
  }
  if (role === 'writer') {
    if (progress?.phase === 'tip' && (lagSeconds ?? 0) > MAX_TIP_LAG_S) {
      problems.push(`it has not been at the head of the chain for ${Math.round(lagSeconds ?? 0)} s`);
    }
    if (progress?.phase !== 'tip' && live.idleSeconds > MAX_SILENCE_S) {
      problems.push(`nothing came from the chain for ${Math.round(live.idleSeconds)} s`);
    }
  }
  const indexed = progress?.indexedSlot ?? database?.heartbeat?.indexedSlot ?? null;
  const head = progress?.headSlot ?? database?.heartbeat?.headSlot ?? null;
  return {
    status: problems.length === 0 ? 'ok' : 'unhealthy',
    problems,
    role,
    phase: progress?.phase ?? database?.heartbeat?.phase ?? null,
    headSlot: head?.toString() ?? null,
    indexedSlot: indexed?.toString() ?? null,
    finalizedSlot: database?.finalizedSlot?.toString() ?? null,
    lag: lagSlots === null || lagSeconds === null ? null : { slots: lagSlots, seconds: lagSeconds },
    missing:
      indexed === null || head === null || indexed >= head
        ? []
        : [{ from: (indexed + 1n).toString(), to: head.toString() }],
    heartbeat:
      beatAt === null || age === null
        ? null
        : { at: beatAt.toISOString(), ageSeconds: age, error: database?.heartbeat?.error ?? null },
    hoursToCount: database?.hoursToCount ?? null,
    lastReconciliation: database?.lastReconciliation ?? null,
    lastDifference: database?.lastDifference ?? null,
    sources: live.endpoints,
    transactions: live.transactions,
    rollbacks: live.rollbacks,
  };
}
