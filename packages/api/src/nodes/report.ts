import { type GpuDevice, toGpus } from '../jobs/receipts.js';
import { intOrNull, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';

/** How fast a node says that it runs a model. */
export interface ReportedSpeed {
  model: string;
  precision: string;
  threads: number;
  tokensPerSecond: number;
}

/** The document in which a node describes and measures its machine, as its last receipt names it. */
export interface NodeReportView {
  cid: string;
  /** 'foreign': what lies there is no report that this node has signed. */
  status: 'read' | 'pending' | 'missing' | 'foreign';
  /** The node's own word, signed by it; null unless it was read. */
  facts: {
    /** Unix seconds by the node's clock. */
    measuredAt: number | null;
    system: string | null;
    cpuModel: string | null;
    logicalCores: number | null;
    memoryMb: number | null;
    diskGb: number | null;
    gpus: GpuDevice[];
    memoryBandwidthGbS: number | null;
    /** The fastest first. */
    speeds: ReportedSpeed[];
  } | null;
}

interface ReportSqlRow {
  cid: string;
  status: string | null;
  node: string | null;
  measured_at: Numeric | null;
  system_environment: string | null;
  cpu_model: string | null;
  logical_cores: number | null;
  ram_mb: number | null;
  disk_gb: number | null;
  gpus: unknown;
  memory_bandwidth_gb_s: number | null;
  models: unknown;
}

/** null where no receipt of the node names one. */
export async function readReport(reader: Reader, node: string): Promise<NodeReportView | null> {
  const row = await reader.first<ReportSqlRow>(
    `with named as (
       select receipt #>> '{hardware,report}' as cid from receipt
       where node = $1 and signature_valid order by finished_at desc limit 1
     )
     select named.cid, c.status, r.node, r.measured_at, r.system_environment, r.cpu_model, r.logical_cores, r.ram_mb,
       r.disk_gb, r.gpus, r.memory_bandwidth_gb_s, r.models
     from named left join content c on c.cid = named.cid left join node_report r on r.cid = named.cid and r.node = $1
     where named.cid is not null`,
    [node],
  );
  if (row === undefined) return null;
  if (row.node === null) return { cid: row.cid, status: statusOf(row.status), facts: null };
  return {
    cid: row.cid,
    status: 'read',
    facts: {
      measuredAt: intOrNull(row.measured_at),
      system: row.system_environment,
      cpuModel: row.cpu_model,
      logicalCores: row.logical_cores,
      memoryMb: row.ram_mb,
      diskGb: row.disk_gb,
      gpus: toGpus(row.gpus),
      memoryBandwidthGbS: row.memory_bandwidth_gb_s,
      speeds: toSpeeds(row.models),
    },
  };
}

function statusOf(status: string | null): NodeReportView['status'] {
  if (status === 'missing') return 'missing';
  return status === 'fetched' || status === 'invalid' ? 'foreign' : 'pending';
}

/** As the indexer wrote them. */
function toSpeeds(models: unknown): ReportedSpeed[] {
  if (!Array.isArray(models)) return [];
  return (models as ReportedSpeed[])
    .map(({ model, precision, threads, tokensPerSecond }) => ({ model, precision, threads, tokensPerSecond }))
    .sort((a, b) => b.tokensPerSecond - a.tokensPerSecond);
}
