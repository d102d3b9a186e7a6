import { createHash } from 'node:crypto';
import { type Database, type RowOf, TABLES, type TableSpec, writeRows } from '@inferscan/db';
import { createTestDatabase } from '@inferscan/db/testing';
import { chainPosition, knownMarkets } from '@inferscan/protocol';
import { cidFromDigest } from '@inferscan/storage/content';
import { type Api, type ApiOptions, createApi } from '../src/index.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A readable address: the name, then filler that makes it 44 characters of base58. */
export function addressOf(name: string): string {
  const digest = createHash('sha256').update(name).digest();
  const clean = name.replaceAll(/[^1-9A-HJ-NP-Za-km-z]/g, '');
  const filler = [...digest, ...digest].map((byte) => ALPHABET[byte % 58]).join('');
  return (clean + filler).slice(0, 44);
}

export const signatureOf = (name: string): string =>
  (addressOf(name) + addressOf(`${name} rest`)).slice(0, 88);

const digestOf = (name: string): string => createHash('sha256').update(name).digest('hex');
export const cidOf = (name: string): string => cidFromDigest(Buffer.from(digestOf(name), 'hex'));

const [cpuSmall, cpuMedium] = knownMarkets('localnet');
if (cpuSmall === undefined || cpuMedium === undefined) throw new Error('the localnet has no known markets');
export const MARKET = cpuSmall.address;
export const MARKET_NAME = cpuSmall.name;
export const OTHER_MARKET = cpuMedium.address;

/** Unix second of every world's "now". */
export const NOW = 1_795_000_000;

const SYSTEM = '11111111111111111111111111111111';

/** Writes rows as an indexer would, with defaults for what a test does not care about. */
export interface World {
  database: Database;
  api: Api;
  market(address: string, values?: Partial<RowOf<typeof TABLES.market>>): Promise<void>;
  /** A job listed in `slot`; its id is address@position. */
  job(name: string, slot: number, values?: Partial<RowOf<typeof TABLES.job>>): Promise<string>;
  run(name: string, values: Partial<RowOf<typeof TABLES.run>> & { job_id: string }): Promise<void>;
  node(name: string, values?: Partial<RowOf<typeof TABLES.node>>): Promise<void>;
  event(name: string, slot: number, values?: Partial<RowOf<typeof TABLES.event>>): Promise<void>;
  ledger(name: string, slot: number, values?: Partial<RowOf<typeof TABLES.ledgerEntry>>): Promise<void>;
  definition(name: string, values?: Partial<RowOf<typeof TABLES.definitionFacts>>): Promise<void>;
  result(jobId: string, state: string, values?: Partial<RowOf<typeof TABLES.resultFacts>>): Promise<void>;
  receipt(jobId: string, values?: Partial<RowOf<typeof TABLES.receipt>>): Promise<void>;
  transaction(
    name: string,
    slot: number,
    values?: Partial<RowOf<typeof TABLES.chainTransaction>>,
  ): Promise<void>;
  content(cid: string, kind: string, json: unknown): Promise<void>;
  heartbeat(values: { head: bigint; indexed: bigint; at?: Date }): Promise<void>;
  /** Everything up to the slot is proven to be final. */
  finalized(slot: bigint): Promise<void>;
  close(): Promise<void>;
}

export async function createWorld(options: Partial<ApiOptions> = {}): Promise<World> {
  const { database, drop } = await createTestDatabase();
  const api = createApi({
    database,
    cluster: 'localnet',
    pinning: { pinJson: () => Promise.reject(new Error('this test pins nothing')) },
    config: {
      rpcUrl: 'http://127.0.0.1:1',
      wsUrl: 'ws://127.0.0.1:1',
      faucetUrl: 'http://127.0.0.1:1/faucet',
    },
    now: () => NOW * 1_000,
    ...options,
  });

  async function write<Spec extends TableSpec>(spec: Spec, row: RowOf<Spec>): Promise<void> {
    const client = await database.pool.connect();
    try {
      await writeRows(client, spec, [row], 'replace');
    } finally {
      client.release();
    }
  }

  return {
    database,
    api,
    market: (address, values) =>
      write(TABLES.market, {
        address,
        authority: addressOf('authority'),
        vault: addressOf(`vault of ${address}`),
        job_price: 10_000n,
        job_timeout: 600n,
        job_expiration: 86_400n,
        job_type: 0,
        node_access_key: SYSTEM,
        node_xnos_minimum: 0n,
        queue_type: 'empty',
        queue: [],
        vault_balance: 0n,
        opened_at: NOW - 90_000,
        closed_at: null,
        updated_position: chainPosition(1n, 0),
        ...values,
      }),
    async job(name, slot, values) {
      const position = chainPosition(BigInt(slot), 0);
      const id = `${addressOf(name)}@${position}`;
      await write(TABLES.job, {
        id,
        address: addressOf(name),
        market: MARKET,
        project: addressOf('project'),
        payer: addressOf('project'),
        node: null,
        run_id: null,
        status: 'queued',
        definition_digest: digestOf('definition'),
        definition_cid: cidOf('definition'),
        result_digest: null,
        result_cid: null,
        price: 10_000n,
        timeout: 60n,
        listed_at: NOW - 100,
        started_at: null,
        ended_at: null,
        deposited: 600_000n,
        paid: 0n,
        refunded: 0n,
        fees: 0n,
        listed_signature: signatureOf(`list ${name}`),
        listed_position: position,
        closed_at: null,
        updated_position: position,
        was_stopped: false,
        priced_per_job: false,
        ...values,
      });
      return id;
    },
    run: (name, values) =>
      write(TABLES.run, {
        id: `${addressOf(name)}@${chainPosition(1n, 0)}`,
        address: addressOf(name),
        job: values.job_id.split('@')[0] ?? '',
        market: MARKET,
        node: addressOf('node'),
        payer: addressOf('node'),
        started_at: NOW - 90,
        ended_at: null,
        ended_by: null,
        paid: 0n,
        started_signature: signatureOf(`start ${name}`),
        ended_signature: null,
        started_position: chainPosition(1n, 0),
        ...values,
      }),
    node: (name, values) =>
      write(TABLES.node, {
        address: addressOf(name),
        first_seen_at: NOW - 5_000,
        last_seen_at: NOW - 50,
        queued_in: null,
        runs_started: 0,
        runs_finished: 0,
        runs_ended: 0,
        runs_quit: 0,
        earned: 0n,
        ...values,
      }),
    event: (name, slot, values) =>
      write(TABLES.event, {
        position: chainPosition(BigInt(slot), 0),
        signature: signatureOf(name),
        slot: BigInt(slot),
        index: 0,
        path: [0],
        block_time: NOW - 100,
        failed: false,
        program: 'jobs',
        form: 'I',
        instruction: 'list',
        accounts: {},
        args: {},
        movements: [],
        market: MARKET,
        job: null,
        run: null,
        node: null,
        project: null,
        ...values,
      }),
    ledger: (name, slot, values) =>
      write(TABLES.ledgerEntry, {
        position: chainPosition(BigInt(slot), 0, [0, 1]),
        signature: signatureOf(name),
        slot: BigInt(slot),
        block_time: NOW - 100,
        market: MARKET,
        job_id: null,
        kind: 'deposit',
        from: addressOf('from'),
        to: addressOf(`vault of ${MARKET}`),
        from_owner: addressOf('project'),
        to_owner: null,
        amount: 600_000n,
        vault_delta: 600_000n,
        ...values,
      }),
    definition: (name, values) =>
      write(TABLES.definitionFacts, {
        cid: cidOf(name),
        valid: true,
        errors: [],
        operations: 1,
        op_types: ['container/run'],
        images: ['inferscan/worker:0.1.0'],
        model: 'arithmetic',
        model_source: 'spec',
        task: 'text-generation',
        reasoning: true,
        precision: null,
        prompts: 1,
        gpu: false,
        required_vram_gb: null,
        resources: [],
        ports: [],
        service: false,
        confidential: false,
        awaiting: [],
        trigger: null,
        ...values,
      }),
    result: (jobId, state, values) =>
      write(TABLES.resultFacts, {
        job_id: jobId,
        cid: cidOf(`result ${jobId}`),
        definition_cid: cidOf('definition'),
        basis: 'finish',
        state,
        reason: null,
        outcome: state,
        fault: 'unknown',
        fault_code: 'error_unclear',
        fault_reason: 'An operation failed with an error that is not known.',
        host_generation: null,
        waits_for: null,
        counted_at: null,
        ...values,
      }),
    async receipt(jobId, values) {
      await write(TABLES.receipt, {
        job_id: jobId,
        op: 'inference',
        result_cid: cidOf(`result ${jobId}`),
        node: addressOf('node'),
        market: MARKET,
        model: 'arithmetic',
        model_digest: digestOf('model'),
        task: 'text-generation',
        precision: 'fp32',
        runtime: 'onnxruntime-node',
        runtime_version: '1.30.0',
        provider: 'cpu',
        threads: 1,
        cpu_model: 'Test CPU',
        logical_cores: 8,
        memory_mb: 16_384,
        gpus: [],
        prompt_tokens: 7n,
        completion_tokens: 30n,
        reasoning_tokens: 25n,
        queue_ms: 0,
        load_ms: 0,
        first_token_ms: 5,
        total_ms: 100,
        output_digest: digestOf('output'),
        signature_valid: true,
        finished_at: NOW - 60,
        receipt: {},
        ...values,
      });
      await database.pool.query('select fold_hardware()');
    },
    transaction: (name, slot, values) =>
      write(TABLES.chainTransaction, {
        signature: signatureOf(name),
        slot: BigInt(slot),
        index: 0,
        block_time: NOW - 100,
        error: null,
        fee_payer: addressOf('project'),
        fee: 5_000n,
        beside_calls: null,
        ...values,
      }),
    async content(cid, kind, json) {
      await database.pool.query(
        `insert into content (cid, kind, status, json, bytes) values ($1, $2, 'fetched', $3, $4)`,
        [cid, kind, JSON.stringify(json), JSON.stringify(json).length],
      );
    },
    async heartbeat({ head, indexed, at }) {
      await database.pool.query(
        `insert into indexer_status (id, head_slot, indexed_slot, phase, heartbeat_at) values (1, $1, $2, 'tip', $3)
         on conflict (id) do update set head_slot = $1, indexed_slot = $2, heartbeat_at = $3`,
        [head, indexed, at ?? new Date(NOW * 1_000)],
      );
    },
    async finalized(slot) {
      await database.pool.query(
        `insert into checkpoint (cluster, genesis_hash, slot, index, finalized_slot)
         values ('localnet', 'genesis', $1, 0, $1)`,
        [slot],
      );
    },
    async close() {
      await api.close();
      await drop();
    },
  };
}
