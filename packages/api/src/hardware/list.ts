import { int, type Numeric } from '../read/columns.js';
import type { Reader } from '../read/index-reader.js';
import type { HardwareRow } from './row.js';

/** What a page holds at most: devices, speeds of one device, speeds of all. Nodes can invent any number of either. */
const DEVICES = 200;
const SPEEDS_OF_DEVICE = 50;
const SPEEDS = 1_000;

interface DeviceRow {
  id: string;
  kind: 'cpu' | 'gpu';
  name: string;
  nodes: Numeric;
  cores_min: number;
  cores_max: number;
  memory_min: number;
  memory_max: number;
  receipts: Numeric;
  tokens: Numeric;
  last_seen: Numeric;
}

interface SpeedRow {
  device: string;
  model: string;
  precision: string;
  runtime: string;
  provider: string;
  receipts: Numeric;
  tokens_per_second: number;
  first_token_ms: number;
}

/** Reads what is kept of devices and speeds: as much for one receipt as for millions. */
export async function listHardware(reader: Reader): Promise<HardwareRow[]> {
  const devices = await reader.rows<DeviceRow>(
    `select encode(id, 'hex') as id, kind, name, nodes, cores_min, cores_max, memory_min, memory_max, receipts, tokens, last_seen
     from hardware_device order by receipts desc, name limit ${DEVICES}`,
  );
  // Every device has its most used speeds in the answer before any has more of them.
  const speeds = await reader.rows<SpeedRow>(
    `select device, model, precision, runtime, provider, receipts, tokens_per_second, first_token_ms from (
       select encode(s.device, 'hex') as device, s.model, s.precision, s.runtime, s.provider, s.receipts, s.tokens_per_second,
         s.first_token_ms, s.id, row_number() over (partition by s.device order by s.receipts desc, s.model, s.id) as place
       from (select decode(id, 'hex') as id from unnest($1::text[]) as id) as d
       cross join lateral (
         select * from hardware_speed as s where s.device = d.id order by s.receipts desc, s.model, s.id limit ${SPEEDS_OF_DEVICE}
       ) as s
     ) as placed
     order by place, receipts desc, model, id limit ${SPEEDS}`,
    [devices.map(({ id }) => id)],
  );
  return devices.map((device) =>
    hardwareRow(
      device,
      speeds.filter((speed) => speed.device === device.id),
    ),
  );
}

function hardwareRow(device: DeviceRow, speeds: readonly SpeedRow[]): HardwareRow {
  return {
    kind: device.kind,
    name: device.name,
    nodes: int(device.nodes),
    logicalCores: { min: device.cores_min, max: device.cores_max },
    memoryMb: { min: device.memory_min, max: device.memory_max },
    receipts: int(device.receipts),
    completionTokens: int(device.tokens),
    lastSeenAt: int(device.last_seen),
    throughput: speeds.map((speed) => ({
      model: speed.model,
      precision: speed.precision,
      runtime: speed.runtime,
      provider: speed.provider,
      receipts: int(speed.receipts),
      tokensPerSecond: speed.tokens_per_second,
      firstTokenMs: speed.first_token_ms,
    })),
  };
}
