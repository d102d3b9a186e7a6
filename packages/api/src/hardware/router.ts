import type { RouterDeps } from '../deps.js';
import { int, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import { procedure, router } from '../trpc.js';

/** Measured speed of one model at one precision on one kind of device. */
export interface Throughput {
  model: string;
  precision: string;
  runtime: string;
  provider: string;
  receipts: number;
  /**
   * Median over receipts of completion tokens / (total - load - queue) seconds:
   * how fast answers come once the model is loaded, the first token's delay included.
   */
  tokensPerSecond: number;
  /** Median milliseconds to the first token. */
  firstTokenMs: number;
}

/** One kind of device, as nodes report it in receipts with a valid signature. */
export interface HardwareRow {
  kind: 'cpu' | 'gpu';
  name: string;
  /** Different nodes whose latest receipt names it. */
  nodes: number;
  /** Logical cores of the machines: least and most. */
  logicalCores: { min: number; max: number };
  /** Memory of the machine (cpu) or of one device (gpu), MiB: least and most. */
  memoryMb: { min: number; max: number };
  receipts: number;
  completionTokens: number;
  lastSeenAt: number;
  throughput: Throughput[];
}

/** A receipt ran on its first GPU when its provider is not the CPU's, else on the CPU. */
const DEVICE = `
  select r.node, r.finished_at, r.model, r.precision, r.runtime, r.provider, r.logical_cores, r.completion_tokens,
    r.queue_ms, r.load_ms, r.first_token_ms, r.total_ms,
    case when r.provider <> 'cpu' and jsonb_array_length(r.gpus) > 0 then 'gpu' else 'cpu' end as kind,
    case when r.provider <> 'cpu' and jsonb_array_length(r.gpus) > 0
      then r.gpus -> 0 ->> 'name' else r.cpu_model end as device,
    case when r.provider <> 'cpu' and jsonb_array_length(r.gpus) > 0
      then (r.gpus -> 0 ->> 'memory_mb')::float8 else r.memory_mb end as device_memory
  from receipt r where r.signature_valid`;

export function hardwareRouter(deps: RouterDeps) {
  return router({
    /** Kinds of CPUs and GPUs that proved work by receipts, the most used first. */
    list: procedure.query(() => deps.read(listHardware)),
  });
}

async function listHardware(reader: Reader): Promise<HardwareRow[]> {
  const devices = await reader.rows<{
    kind: 'cpu' | 'gpu';
    device: string;
    nodes: Numeric;
    cores_min: number;
    cores_max: number;
    memory_min: number;
    memory_max: number;
    receipts: Numeric;
    tokens: Numeric;
    last_seen: Numeric;
  }>(
    `with measured as (${DEVICE}),
     latest as (select distinct on (node, kind) node, kind, device from measured order by node, kind, finished_at desc),
     named as (select kind, device, count(*) as nodes from latest group by kind, device)
     select m.kind, m.device, coalesce(max(n.nodes), 0) as nodes,
       min(m.logical_cores) as cores_min, max(m.logical_cores) as cores_max,
       min(m.device_memory) as memory_min, max(m.device_memory) as memory_max,
       count(*) as receipts, sum(m.completion_tokens) as tokens, max(m.finished_at) as last_seen
     from measured m left join named n on n.kind = m.kind and n.device = m.device
     group by m.kind, m.device
     order by count(*) desc, m.device limit 200`,
  );
  const speeds = await reader.rows<{
    kind: string;
    device: string;
    model: string;
    precision: string;
    runtime: string;
    provider: string;
    receipts: Numeric;
    tokens_per_second: number;
    first_token_ms: number;
  }>(
    `with measured as (${DEVICE})
     select kind, device, model, precision, runtime, provider, count(*) as receipts,
       percentile_cont(0.5) within group (order by completion_tokens / ((total_ms - load_ms - queue_ms) / 1000))
         as tokens_per_second,
       percentile_cont(0.5) within group (order by first_token_ms) as first_token_ms
     from measured where total_ms - load_ms - queue_ms > 0 and completion_tokens > 0
     group by kind, device, model, precision, runtime, provider
     order by count(*) desc, model limit 1000`,
  );
  return devices.map((row) => ({
    kind: row.kind,
    name: row.device,
    nodes: int(row.nodes),
    logicalCores: { min: row.cores_min, max: row.cores_max },
    memoryMb: { min: row.memory_min, max: row.memory_max },
    receipts: int(row.receipts),
    completionTokens: int(row.tokens),
    lastSeenAt: int(row.last_seen),
    throughput: speeds
      .filter((speed) => speed.kind === row.kind && speed.device === row.device)
      .map((speed) => ({
        model: speed.model,
        precision: speed.precision,
        runtime: speed.runtime,
        provider: speed.provider,
        receipts: int(speed.receipts),
        tokensPerSecond: speed.tokens_per_second,
        firstTokenMs: speed.first_token_ms,
      })),
  }));
}
