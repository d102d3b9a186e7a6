import { wilsonInterval } from '@inferscan/reputation';
import { type GpuDevice, toGpus } from '../jobs/receipts.js';
import { big, int, intOrNull, type Numeric } from '../read/columns.js';
import type { Directory } from '../read/directory.js';

/** The machine as the node's last receipt with a valid signature reports it. */
export interface NodeHardware {
  cpuModel: string;
  logicalCores: number;
  memoryMb: number;
  gpus: GpuDevice[];
}

/** How a node's jobs ended by their results. Not yet split into the host's and the poster's faults. */
export interface NodeOutcomes {
  succeeded: number;
  failed: number;
  /** Ended by the poster or by the time limit: counts for neither side. */
  stopped: number;
  unknown: number;
  /** Runs the node gave up. */
  quit: number;
}

/** succeeded / (succeeded + failed + quit) with its 95 % Wilson interval; null without such runs. */
export interface SuccessRate {
  rate: number;
  lower: number;
  upper: number;
  /** succeeded + failed + quit. */
  trials: number;
}

/** A node as tables show it. Money in NOS base units, times in Unix seconds. */
export interface NodeRow {
  address: string;
  firstSeenAt: number | null;
  lastSeenAt: number | null;
  state: 'running' | 'queued' | 'away';
  /** Market in whose queue it waits. */
  queuedIn: string | null;
  queuedInName: string | null;
  /** 1 is next. */
  queuePosition: number | null;
  runningJob: string | null;
  runsStarted: number;
  runsFinished: number;
  runsEnded: number;
  runsQuit: number;
  earned: bigint;
  outcomes: NodeOutcomes;
  success: SuccessRate | null;
  hardware: NodeHardware | null;
}

export interface NodeSqlRow {
  address: string;
  first_seen_at: Numeric | null;
  last_seen_at: Numeric | null;
  queued_in: string | null;
  queue_position: number | null;
  running_job: string | null;
  runs_started: number;
  runs_finished: number;
  runs_ended: number;
  runs_quit: number;
  earned: Numeric;
  succeeded: Numeric;
  failed: Numeric;
  stopped: Numeric;
  unknown: Numeric;
  cpu_model: string | null;
  logical_cores: number | null;
  memory_mb: number | null;
  gpus: unknown;
}

/** Runs, outcomes and place of every node: `node_view`. Filter and order it outside. */
export const NODE_VIEW = `
  with outcome as (
    select node,
      sum(jobs) filter (where state = 'success') as succeeded, sum(jobs) filter (where state = 'failed') as failed,
      sum(jobs) filter (where state = 'stopped') as stopped, sum(jobs) filter (where state = 'unknown') as unknown
    from outcome_count group by node
  ), busy as (
    select distinct on (node) node, job from run where ended_signature is null order by node, started_position desc
  ), node_view as (
    select n.*, busy.job as running_job,
      coalesce(o.succeeded, 0) as succeeded, coalesce(o.failed, 0) as failed,
      coalesce(o.stopped, 0) as stopped, coalesce(o.unknown, 0) as unknown,
      coalesce(o.succeeded, 0) + coalesce(o.failed, 0) + n.runs_quit as trials
    from node n left join outcome o on o.node = n.address left join busy on busy.node = n.address
  )`;

/** Columns of {@link NodeSqlRow} for rows `v` of node_view; joins per row, so select after limiting. */
export const NODE_COLUMNS = `
  v.address, v.first_seen_at, v.last_seen_at, v.queued_in, v.running_job, v.runs_started, v.runs_finished,
  v.runs_ended, v.runs_quit, v.earned, v.succeeded, v.failed, v.stopped, v.unknown,
  array_position(m.queue, v.address) as queue_position,
  h.cpu_model, h.logical_cores, h.memory_mb, h.gpus`;

export const NODE_JOINS = `
  left join market m on m.address = v.queued_in and m.queue_type = 'nodes'
  left join lateral (
    select cpu_model, logical_cores, memory_mb, gpus from receipt
    where node = v.address and signature_valid order by finished_at desc limit 1
  ) h on true`;

export function toNodeRow(row: NodeSqlRow, directory: Directory): NodeRow {
  const outcomes: NodeOutcomes = {
    succeeded: int(row.succeeded),
    failed: int(row.failed),
    stopped: int(row.stopped),
    unknown: int(row.unknown),
    quit: row.runs_quit,
  };
  return {
    address: row.address,
    firstSeenAt: intOrNull(row.first_seen_at),
    lastSeenAt: intOrNull(row.last_seen_at),
    state: row.running_job !== null ? 'running' : row.queued_in !== null ? 'queued' : 'away',
    queuedIn: row.queued_in,
    queuedInName: row.queued_in === null ? null : directory.marketName(row.queued_in),
    queuePosition: row.queue_position,
    runningJob: row.running_job,
    runsStarted: row.runs_started,
    runsFinished: row.runs_finished,
    runsEnded: row.runs_ended,
    runsQuit: row.runs_quit,
    earned: big(row.earned),
    outcomes,
    success: successRate(outcomes),
    hardware:
      row.cpu_model === null
        ? null
        : {
            cpuModel: row.cpu_model,
            logicalCores: row.logical_cores ?? 0,
            memoryMb: row.memory_mb ?? 0,
            gpus: toGpus(row.gpus),
          },
  };
}

/** Share of runs that gave a successful result, among those that gave one, gave a failed one, or were given up. */
function successRate(outcomes: NodeOutcomes): SuccessRate | null {
  const trials = outcomes.succeeded + outcomes.failed + outcomes.quit;
  if (trials === 0) return null;
  const { estimate, low, high } = wilsonInterval(outcomes.succeeded, trials);
  return { rate: estimate, lower: low, upper: high, trials };
}
