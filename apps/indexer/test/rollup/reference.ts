import type { Database } from '@inferscan/db';

import { MAX_PRICE_AGE_SECONDS } from '../../src/price/value-ledger.js';

/** Whole numbers of the database come as bigint. */
type Row = Readonly<Record<string, unknown>>;

/** Figures by `granularity scope address starts_at`, those that are 0 left out. */
export type Figures = Record<string, Record<string, string>>;

const HOUR = 3_600n;
const DAY = 86_400n;

/** Counts everything from scratch, plainly: what the figures are, not how they are kept. */
export async function countAll(database: Database): Promise<Figures> {
  const read = async (table: string): Promise<Row[]> =>
    (await database.pool.query<Row>(`SELECT * FROM ${table}`)).rows;
  const jobs = new Map((await read('job')).map((job) => [String(job.id), job]));
  const prices = (await read('price')).map(({ at, source, usd_micro }) => ({
    at: big(at),
    source: String(source),
    usdMicro: big(usd_micro),
  }));
  const sums = new Map<string, Map<string, bigint>>();
  const add = (
    at: unknown,
    whose: Partial<Record<'market' | 'node' | 'project', unknown>>,
    figures: Readonly<Record<string, bigint>>,
  ): void => {
    if (at === null || at === undefined) return;
    for (const [granularity, size] of [
      ['hour', HOUR],
      ['day', DAY],
    ] as const) {
      for (const [scope, address] of [['network', ''], ...Object.entries(whose)]) {
        if (address === null || address === undefined) continue;
        const key = [granularity, scope, address, (big(at) / size) * size].join(' ');
        const row = sums.get(key) ?? new Map<string, bigint>();
        sums.set(key, row);
        for (const [name, value] of Object.entries(figures)) row.set(name, (row.get(name) ?? 0n) + value);
      }
    }
  };

  for (const { listed_at, started_at, market, project, node } of jobs.values()) {
    add(listed_at, { market, project }, { jobs_listed: 1n });
    if (started_at === null) continue;
    const wait = listed_at === null ? null : big(started_at) - big(listed_at);
    add(
      started_at,
      { market, project, node },
      {
        jobs_started: 1n,
        ...(wait === null ? {} : { waits: 1n, wait_seconds: wait, [`bin ${binOf(wait)}`]: 1n }),
      },
    );
  }
  const runs = await read('run');
  for (const { ended_at, started_at, job_id, market, node, ended_by } of runs) {
    add(
      ended_at,
      { market, node, project: jobs.get(String(job_id))?.project },
      {
        runs: 1n,
        runs_quit: ended_by === 'quit' ? 1n : 0n,
        run_seconds: started_at === null ? 0n : big(ended_at ?? started_at) - big(started_at),
      },
    );
  }
  const NAMES: Readonly<Record<string, string>> = {
    deposit: 'deposited',
    payout: 'paid',
    refund: 'refunded',
    fee: 'fees',
  };
  const paidNode = ({ job_id, signature, to_owner }: Row): unknown => {
    const ended = runs.filter((run) => run.job_id === job_id && run.ended_signature === signature);
    const own = ended.filter(({ node }) => node === to_owner);
    const [run] = (own.length > 0 ? own : ended).sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    return run === undefined ? jobs.get(String(job_id))?.node : run.node;
  };
  for (const entry of await read('ledger_entry')) {
    const { block_time, job_id, market, kind, amount } = entry;
    const name = NAMES[String(kind)];
    if (name === undefined || block_time === null) continue;
    const job = jobs.get(String(job_id));
    const at = big(block_time);
    const price = prices
      .filter((one) => one.at <= at && one.at >= at - MAX_PRICE_AGE_SECONDS)
      .sort((a, b) => (a.at === b.at ? (a.source < b.source ? 1 : -1) : Number(b.at - a.at)))[0];
    add(
      block_time,
      { market, project: job?.project, node: kind === 'payout' ? paidNode(entry) : undefined },
      {
        [name]: big(amount),
        ...(price === undefined
          ? { unpriced: 1n }
          : { priced: 1n, [`usd_${name}`]: (big(amount) * price.usdMicro + 500_000n) / 1_000_000n }),
      },
    );
  }
  const endOf = new Map<string, Row>();
  for (const facts of await read('result_facts')) {
    endOf.set(String(facts.job_id), facts);
    const job = jobs.get(String(facts.job_id));
    if (job === undefined) throw new Error('an outcome without a job');
    const name =
      { success: 'succeeded', unknown: 'undecided' }[String(facts.outcome)] ?? String(facts.outcome);
    add(facts.counted_at, { market: job.market, node: job.node, project: job.project }, { [name]: 1n });
  }
  for (const receipt of await read('receipt')) {
    const { job_id, market, node, signature_valid } = receipt;
    add(
      endOf.get(String(job_id))?.counted_at,
      { market, node, project: jobs.get(String(job_id))?.project },
      signature_valid === true
        ? {
            receipts: 1n,
            prompt_tokens: big(receipt.prompt_tokens),
            completion_tokens: big(receipt.completion_tokens),
            reasoning_tokens: big(receipt.reasoning_tokens),
          }
        : { receipts_invalid: 1n },
    );
  }
  return Object.fromEntries(
    [...sums].map(([key, row]) => [
      key,
      Object.fromEntries(
        [...row].filter(([, value]) => value !== 0n).map(([name, value]) => [name, value.toString()]),
      ),
    ]),
  );
}

/** What the tables say, in the same form. */
export async function readFigures({ pool }: Database): Promise<Figures> {
  const { rows } = await pool.query<Record<string, unknown>>('SELECT * FROM rollup');
  return Object.fromEntries(
    rows.map(({ granularity, scope, address, starts_at, wait_bins, wait_counts, ...figures }) => [
      [granularity, scope, address, starts_at].join(' '),
      {
        ...Object.fromEntries(
          Object.entries(figures)
            .map(([name, value]) => [name, String(value)] as const)
            .filter(([, value]) => value !== '0'),
        ),
        ...Object.fromEntries(
          (wait_bins as number[]).map((bin, index) => [
            `bin ${bin}`,
            String((wait_counts as number[])[index]),
          ]),
        ),
      },
    ]),
  );
}

/** As the documentation says it: seconds below 64, then 32 bins for each doubling. */
function binOf(seconds: bigint): bigint {
  if (seconds < 64n) return seconds;
  const doublings = BigInt(seconds.toString(2).length) - 7n;
  return 64n + doublings * 32n + ((seconds - (64n << doublings)) >> (doublings + 1n));
}

function big(value: unknown): bigint {
  if (typeof value !== 'bigint') throw new TypeError(`expected a whole number, not ${String(value)}`);
  return value;
}
