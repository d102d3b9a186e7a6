/** Postgres types of the columns that bulk writes touch. */
export type ColumnType =
  | 'text'
  | 'bigint'
  | 'integer'
  | 'integer[]'
  | 'text[]'
  | 'boolean'
  | 'jsonb'
  | 'numeric'
  | 'double precision'
  | 'timestamptz';

/** A table as bulk writes see it. A test holds these against the migrated database. */
export interface TableSpec<Name extends string = string> {
  readonly table: string;
  readonly key: readonly Name[];
  readonly columns: Readonly<Record<Name, ColumnType>>;
}

const table = <const Name extends string>(
  name: string,
  key: readonly NoInfer<Name>[],
  columns: Readonly<Record<Name, ColumnType>>,
): TableSpec<Name> => ({ table: name, key, columns });

/** The tables that an indexer writes, by what they hold. */
export const TABLES = {
  chainTransaction: table('chain_transaction', ['signature'], {
    signature: 'text',
    slot: 'bigint',
    index: 'integer',
    block_time: 'bigint',
    error: 'text',
    fee_payer: 'text',
    fee: 'bigint',
  }),
  event: table('event', ['position'], {
    position: 'text',
    signature: 'text',
    slot: 'bigint',
    index: 'integer',
    path: 'integer[]',
    block_time: 'bigint',
    failed: 'boolean',
    instruction: 'text',
    accounts: 'jsonb',
    args: 'jsonb',
    movements: 'jsonb',
    market: 'text',
    job: 'text',
    run: 'text',
    node: 'text',
    project: 'text',
  }),
  market: table('market', ['address'], {
    address: 'text',
    authority: 'text',
    vault: 'text',
    job_price: 'numeric',
    job_timeout: 'bigint',
    job_expiration: 'bigint',
    job_type: 'integer',
    node_access_key: 'text',
    node_xnos_minimum: 'numeric',
    queue_type: 'text',
    queue: 'text[]',
    vault_balance: 'numeric',
    opened_at: 'bigint',
    closed_at: 'bigint',
    updated_position: 'text',
  }),
  job: table('job', ['id'], {
    id: 'text',
    address: 'text',
    market: 'text',
    project: 'text',
    payer: 'text',
    node: 'text',
    run_id: 'text',
    status: 'text',
    definition_digest: 'text',
    definition_cid: 'text',
    result_digest: 'text',
    result_cid: 'text',
    price: 'numeric',
    timeout: 'bigint',
    listed_at: 'bigint',
    started_at: 'bigint',
    ended_at: 'bigint',
    deposited: 'numeric',
    paid: 'numeric',
    refunded: 'numeric',
    fees: 'numeric',
    listed_signature: 'text',
    listed_position: 'text',
    closed_at: 'bigint',
    updated_position: 'text',
    was_stopped: 'boolean',
  }),
  run: table('run', ['id'], {
    id: 'text',
    address: 'text',
    job_id: 'text',
    job: 'text',
    market: 'text',
    node: 'text',
    payer: 'text',
    started_at: 'bigint',
    ended_at: 'bigint',
    ended_by: 'text',
    paid: 'numeric',
    started_signature: 'text',
    ended_signature: 'text',
    started_position: 'text',
  }),
  node: table('node', ['address'], {
    address: 'text',
    first_seen_at: 'bigint',
    last_seen_at: 'bigint',
    queued_in: 'text',
    runs_started: 'integer',
    runs_finished: 'integer',
    runs_ended: 'integer',
    runs_quit: 'integer',
    earned: 'numeric',
  }),
  ledgerEntry: table('ledger_entry', ['position'], {
    position: 'text',
    signature: 'text',
    slot: 'bigint',
    block_time: 'bigint',
    market: 'text',
    job_id: 'text',
    kind: 'text',
    from: 'text',
    to: 'text',
    from_owner: 'text',
    to_owner: 'text',
    amount: 'numeric',
    vault_delta: 'numeric',
  }),
  anomaly: table('anomaly', ['position', 'message'], {
    position: 'text',
    signature: 'text',
    message: 'text',
  }),
  content: table('content', ['cid'], {
    cid: 'text',
    kind: 'text',
    status: 'text',
    next_attempt_at: 'timestamptz',
  }),
  definitionFacts: table('definition_facts', ['cid'], {
    cid: 'text',
    valid: 'boolean',
    errors: 'jsonb',
    op_types: 'text[]',
    images: 'text[]',
    model: 'text',
    task: 'text',
    reasoning: 'boolean',
    precision: 'text',
    prompts: 'integer',
    gpu: 'boolean',
    trigger: 'text',
  }),
  resultFacts: table('result_facts', ['job_id'], {
    job_id: 'text',
    cid: 'text',
    state: 'text',
    reason: 'text',
  }),
  receipt: table('receipt', ['job_id', 'op'], {
    job_id: 'text',
    op: 'text',
    result_cid: 'text',
    node: 'text',
    market: 'text',
    model: 'text',
    model_digest: 'text',
    task: 'text',
    precision: 'text',
    runtime: 'text',
    runtime_version: 'text',
    provider: 'text',
    threads: 'integer',
    cpu_model: 'text',
    logical_cores: 'integer',
    memory_mb: 'integer',
    gpus: 'jsonb',
    prompt_tokens: 'bigint',
    completion_tokens: 'bigint',
    reasoning_tokens: 'bigint',
    queue_ms: 'double precision',
    load_ms: 'double precision',
    first_token_ms: 'double precision',
    total_ms: 'double precision',
    output_digest: 'text',
    signature_valid: 'boolean',
    finished_at: 'bigint',
    receipt: 'jsonb',
  }),
  signatureSpool: table('signature_spool', ['ordinal'], {
    ordinal: 'bigint',
    signature: 'text',
    slot: 'bigint',
    transaction_index: 'integer',
  }),
} as const;

/** A row of a table: every column, no other. */
export type RowOf<Spec extends TableSpec> = Readonly<Record<keyof Spec['columns'], RowValue>>;

/** Values of rows. Lists go to array columns; anything in a jsonb column is stored as JSON. */
export type RowValue = unknown;
