import type { Cluster } from '@inferscan/protocol';
import { type IndexerHeartbeat, lagOf, readHeartbeat } from '../network/indexer-status.js';
import { int, type Numeric } from '../read/columns.js';
import type { ReadIndex } from '../read/index-reader.js';

/** Body of GET /api/health. */
export interface HealthBody {
  status: 'ok' | 'unavailable';
  /** Why not; absent when ok. */
  reason?: string;
  cluster: Cluster;
  lagSlots: number | null;
  lagSeconds: number | null;
  headSlot: string | null;
  indexedSlot: string | null;
  phase: string | null;
  /** Jobs finished by a node or ended by their poster, ever. */
  jobsSettled: number | null;
  jobsTotal: number | null;
  /** Seconds since the indexer's last heartbeat. */
  heartbeatAgeSeconds: number | null;
}

export interface Health {
  httpStatus: 200 | 503;
  body: HealthBody;
}

const MAX_HEARTBEAT_AGE_SECONDS = 15;
const MAX_LAG_SLOTS = 50;

/** Never throws: what cannot be read is the reason. */
export async function readHealth(read: ReadIndex, cluster: Cluster, now: () => number): Promise<Health> {
  let found: { heartbeat: IndexerHeartbeat | null; settled: number; total: number };
  try {
    found = await read(async (reader) => {
      const heartbeat = await readHeartbeat(reader);
      const jobs = await reader.first<{ settled: Numeric; total: Numeric }>(
        `select coalesce(sum(jobs) filter (where status in ('finished', 'ended', 'done')), 0) as settled,
           coalesce(sum(jobs), 0) as total from job_count`,
      );
      return { heartbeat, settled: int(jobs?.settled ?? 0), total: int(jobs?.total ?? 0) };
    });
  } catch {
    return unavailable(cluster, 'the database does not answer');
  }
  const { heartbeat } = found;
  if (heartbeat === null) {
    return unavailable(cluster, 'no indexer has run yet', {
      jobsSettled: found.settled,
      jobsTotal: found.total,
    });
  }
  const lag = lagOf(heartbeat);
  const age = Math.max(0, Math.round((now() - heartbeat.heartbeatAt) / 100) / 10);
  const facts = {
    lagSlots: lag.slots,
    lagSeconds: lag.seconds,
    headSlot: heartbeat.headSlot.toString(),
    indexedSlot: heartbeat.indexedSlot.toString(),
    phase: heartbeat.phase,
    jobsSettled: found.settled,
    jobsTotal: found.total,
    heartbeatAgeSeconds: age,
  };
  if (age > MAX_HEARTBEAT_AGE_SECONDS) {
    return unavailable(cluster, `the indexer was last heard of ${age} s ago`, facts);
  }
  if (lag.slots > MAX_LAG_SLOTS) {
    return unavailable(cluster, `the index is ${lag.slots} slots behind the chain`, facts);
  }
  return { httpStatus: 200, body: { status: 'ok', cluster, ...facts } };
}

function unavailable(cluster: Cluster, reason: string, facts: Partial<HealthBody> = {}): Health {
  const unknown = {
    lagSlots: null,
    lagSeconds: null,
    headSlot: null,
    indexedSlot: null,
    phase: null,
    jobsSettled: null,
    jobsTotal: null,
    heartbeatAgeSeconds: null,
  };
  return { httpStatus: 503, body: { status: 'unavailable', reason, cluster, ...unknown, ...facts } };
}
