import { int, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';

/** Buckets of time, one after the other, each without the second at which it ends. */
export interface Buckets {
  /** Unix second at which the first one begins. */
  startsAt: number;
  bucketSeconds: number;
  buckets: number;
}

/** What the network was like in a bucket. */
export interface Level {
  /** Jobs at its end. */
  running: number;
  waiting: number;
  /** Different nodes that ran something in it. */
  nodes: number;
  listed: number;
  /** Median seconds of the jobs started in it; null where none started. */
  medianWait: number | null;
}

export const NO_LEVEL: Level = { running: 0, waiting: 0, nodes: 0, listed: 0, medianWait: null };

interface LevelSqlRow {
  starts_at: Numeric;
  running: Numeric;
  waiting: Numeric;
  nodes: Numeric;
  listed: Numeric;
  median_wait: number | null;
}

const HOUR = 3_600;

/** Hours that are over are kept; those that do not stand, and those after them, are counted from the jobs. */
export async function readLevels(reader: Reader, span: Buckets): Promise<Level[]> {
  const kept = span.bucketSeconds === HOUR ? await readKeptHours(reader, span) : [];
  const missing = span.buckets - kept.length;
  const counted = await reader.rows<LevelSqlRow>('select * from network_buckets($1, $2, $3)', [
    span.startsAt + kept.length * span.bucketSeconds,
    span.bucketSeconds,
    missing,
  ]);
  return [...kept, ...counted].map((row) => ({
    running: int(row.running),
    waiting: int(row.waiting),
    nodes: int(row.nodes),
    listed: int(row.listed),
    medianWait: row.median_wait,
  }));
}

/** The hours from the beginning of the span on up to the first that has to be counted. */
async function readKeptHours(reader: Reader, { startsAt, buckets }: Buckets): Promise<LevelSqlRow[]> {
  const rows = await reader.rows<LevelSqlRow>(
    `select hour as starts_at, running, waiting, nodes, listed, median_wait from network_hour
     where hour >= $1 and hour < $2 and hour < coalesce((select min(since) from network_hour_stale), hour + 1) order by hour`,
    [startsAt, startsAt + buckets * HOUR],
  );
  const gap = rows.findIndex((row, index) => int(row.starts_at) !== startsAt + index * HOUR);
  return gap === -1 ? rows : rows.slice(0, gap);
}
