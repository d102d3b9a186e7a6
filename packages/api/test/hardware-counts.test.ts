import { type Database, type DatabaseClient, type RowOf, TABLES, writeRows } from '@inferscan/db';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HardwareRow } from '../src/client.js';
import { addressOf, createWorld, type World } from './world.js';

type Receipt = RowOf<typeof TABLES.receipt>;

const WRITERS = 4;
const TRANSACTIONS = 40;
const TABLES_KEPT = [
  'hardware_machine',
  'hardware_node',
  'hardware_device',
  'hardware_bin',
  'hardware_speed',
] as const;

let world: World;
/** As the tests write it first; others are made from it. */
let template: Receipt;
const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

beforeAll(async () => {
  console.log(`hardware counts: TEST_SEED=${seed}`);
  world = await createWorld();
  await world.receipt('template');
  const { rows } = await world.database.pool.query<Receipt>('delete from receipt returning *');
  const [row] = rows;
  if (row === undefined) throw new Error('the template was not written');
  template = row;
});
afterAll(() => world.close());

/** Numbers from 0 up to a limit, the same ones for the same seed. */
function createDice(from: number): (limit: number) => number {
  let state = from >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function anyReceipt(writer: number, dice: (limit: number) => number): Receipt {
  return {
    ...template,
    job_id: `job ${writer} ${dice(20)}`,
    op: `op ${dice(2)}`,
    node: addressOf(`node ${dice(5)}`),
    model: `model ${dice(3)}`,
    provider: ['cpu', 'cuda'][dice(2)] ?? '',
    cpu_model: `CPU ${dice(3)}`,
    gpus: dice(3) === 0 ? [] : [{ name: `GPU ${dice(3)}`, memory_mb: 8_192 * (1 + dice(3)) }],
    logical_cores: 4 * (1 + dice(4)),
    memory_mb: 1_024 * (1 + dice(4)),
    completion_tokens: BigInt(dice(4) * 100),
    load_ms: dice(300),
    total_ms: 10 + dice(2_000),
    first_token_ms: dice(100) / 3,
    signature_valid: dice(6) > 0,
    // Often at the same second as another.
    finished_at: 1_000 + dice(30),
  };
}

/** A connection that adds, changes and removes receipts of its own jobs, on nodes and devices that all have in common. */
async function write(client: DatabaseClient, writer: number): Promise<void> {
  const dice = createDice(seed + writer);
  for (let at = 0; at < TRANSACTIONS; at++) {
    await client.query('begin');
    for (let change = dice(4); change >= 0; change--) {
      const kind = dice(10);
      if (kind < 6) {
        const rows = new Map(
          Array.from({ length: 1 + dice(4) }, () => anyReceipt(writer, dice)).map((row) => [
            `${row.job_id} ${row.op}`,
            row,
          ]),
        );
        await writeRows(client, TABLES.receipt, [...rows.values()], 'replace');
      } else if (kind < 8) {
        await client.query('delete from receipt where job_id = $1', [`job ${writer} ${dice(20)}`]);
      } else if (kind === 8) {
        await client.query(
          'update receipt set node = $2, total_ms = total_ms * 2 where job_id like $1 and finished_at % 7 = $3',
          [`job ${writer} %`, addressOf(`node ${dice(5)}`), dice(7)],
        );
      } else {
        await client.query('update receipt set result_cid = op where job_id like $1', [`job ${writer} %`]);
      }
    }
    await client.query(dice(5) === 0 ? 'rollback' : 'commit');
  }
}

const dump = async ({ pool }: Database): Promise<Record<string, unknown[]>> =>
  Object.fromEntries(
    await Promise.all(
      TABLES_KEPT.map(async (table) => {
        const { rows } = await pool.query<{ line: string }>(
          `select to_jsonb(kept)::text as line from ${table} as kept order by 1`,
        );
        return [table, rows.map(({ line }) => line)] as const;
      }),
    ),
  );

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower = 0, upper = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (lower + upper) / 2;
};

/** What a device is by all receipts, plainly. */
interface Expected extends Omit<HardwareRow, 'logicalCores' | 'memoryMb' | 'throughput' | 'nodes'> {
  speeds: Map<string, { perSecond: number; first: number }[]>;
}

async function fromReceipts({ pool }: Database): Promise<Map<string, Expected>> {
  const { rows } = await pool.query<Receipt & { gpus: { name: string }[] }>(
    'select * from receipt where signature_valid',
  );
  const devices = new Map<string, Expected>();
  for (const row of rows) {
    const [gpu] = row.gpus;
    const onGpu = row.provider !== 'cpu' && gpu !== undefined;
    const [kind, name] = onGpu ? (['gpu', gpu.name] as const) : (['cpu', String(row.cpu_model)] as const);
    const device = devices.get(`${kind} ${name}`) ?? {
      kind,
      name,
      receipts: 0,
      completionTokens: 0,
      lastSeenAt: 0,
      speeds: new Map(),
    };
    devices.set(`${kind} ${name}`, device);
    device.receipts += 1;
    device.completionTokens += Number(row.completion_tokens);
    device.lastSeenAt = Math.max(device.lastSeenAt, Number(row.finished_at));
    const seconds = (Number(row.total_ms) - Number(row.load_ms) - Number(row.queue_ms)) / 1_000;
    if (seconds <= 0 || row.completion_tokens === 0n) continue;
    const key = `${row.model} ${row.precision} ${row.runtime} ${row.provider}`;
    const measured = device.speeds.get(key) ?? [];
    device.speeds.set(key, measured);
    measured.push({ perSecond: Number(row.completion_tokens) / seconds, first: Number(row.first_token_ms) });
  }
  return devices;
}

it('keeps what a count of all receipts gives, whatever several connections do at once', async () => {
  const { database } = world;
  const clients = await Promise.all(Array.from({ length: WRITERS }, () => database.pool.connect()));
  let writing = true;
  const folding = (async () => {
    let folds = 0;
    while (writing) {
      await database.pool.query('select fold_hardware(7)');
      folds += 1;
    }
    return folds;
  })();
  try {
    await Promise.all(clients.map(write));
  } finally {
    writing = false;
    for (const client of clients) client.release();
  }
  expect(await folding).toBeGreaterThan(1);
  await database.pool.query('select fold_hardware()');
  const kept = await dump(database);
  expect(kept.hardware_speed?.length).toBeGreaterThan(10);

  const rows = await world.api.createCaller().hardware.list();
  const wanted = await fromReceipts(database);
  expect(rows.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([...wanted.keys()].sort());
  for (const { throughput, logicalCores, memoryMb, nodes, ...row } of rows) {
    const { speeds, ...device } = wanted.get(`${row.kind} ${row.name}`) ?? { speeds: new Map() };
    expect(row).toEqual(device);
    expect(throughput).toHaveLength(speeds.size);
    for (const { model, precision, runtime, provider, ...speed } of throughput) {
      const measured: { perSecond: number; first: number }[] =
        speeds.get(`${model} ${precision} ${runtime} ${provider}`) ?? [];
      expect(speed.receipts).toBe(measured.length);
      const [rate, first] = [
        median(measured.map((each) => each.perSecond)),
        median(measured.map((each) => each.first)),
      ];
      expect(Math.abs(speed.tokensPerSecond - rate)).toBeLessThanOrEqual(rate / 32 + 0.001);
      expect(Math.abs(speed.firstTokenMs - first)).toBeLessThanOrEqual(first / 32 + 0.001);
    }
  }

  // Each node's latest receipts, and what the latest receipt of a node on a device says: as counted anew.
  await database.pool.query('select count_hardware()');
  expect(await dump(database)).toEqual(kept);
  await database.pool.query('truncate receipt');
  expect(Object.values(await dump(database)).flat()).toEqual([]);
});
