import { COUNTED_AS } from '@inferscan/formats';

/** Sums of a row of figures, by the type that they are added in: small numbers are added many times faster than money. */
export const FIGURES = {
  jobs_listed: 'integer',
  jobs_started: 'integer',
  succeeded: 'integer',
  failed: 'integer',
  expired: 'integer',
  stopped: 'integer',
  ended: 'integer',
  quit: 'integer',
  abandoned: 'integer',
  delisted: 'integer',
  removed: 'integer',
  undecided: 'integer',
  runs: 'integer',
  runs_quit: 'integer',
  run_seconds: 'bigint',
  deposited: 'numeric',
  paid: 'numeric',
  refunded: 'numeric',
  fees: 'numeric',
  usd_deposited: 'numeric',
  usd_paid: 'numeric',
  usd_refunded: 'numeric',
  usd_fees: 'numeric',
  priced: 'integer',
  unpriced: 'integer',
  receipts: 'integer',
  receipts_invalid: 'integer',
  prompt_tokens: 'bigint',
  completion_tokens: 'bigint',
  reasoning_tokens: 'bigint',
  waits: 'integer',
  wait_seconds: 'bigint',
} as const;
export type Figure = keyof typeof FIGURES;

/** Rows that figures are counted from, as SQL, and what each adds to which figures. */
export interface Fact {
  /** Chain time, seconds; what is counted lies in [$1, $2) by it. */
  readonly at: string;
  readonly market: string;
  /** Named only where the figure is its own doing: what was listed, deposited and refunded is not. */
  readonly node: string;
  readonly project: string;
  readonly from: string;
  readonly adds: Readonly<Partial<Record<Figure, string>>>;
}

const oneIf = (condition: string): string => `CASE WHEN ${condition} THEN 1 END`;

/** Seconds that a started job waited; null where that cannot be known. */
export const WAITED =
  'CASE WHEN rollup_hour(listed_at) IS NOT NULL THEN greatest(started_at - listed_at, 0) END';

const MONEY = { deposit: 'deposited', payout: 'paid', refund: 'refunded', fee: 'fees' } as const;

export const FACTS: readonly Fact[] = [
  {
    at: 'listed_at',
    market: 'market',
    node: 'NULL',
    project: 'project',
    from: 'job',
    adds: { jobs_listed: '1' },
  },
  {
    at: 'started_at',
    market: 'market',
    node: 'node',
    project: 'project',
    from: 'job',
    adds: { jobs_started: '1', waits: oneIf('rollup_hour(listed_at) IS NOT NULL'), wait_seconds: WAITED },
  },
  {
    at: 'f.counted_at',
    market: 'j.market',
    node: 'j.node',
    project: 'j.project',
    from: 'result_facts AS f JOIN job AS j ON j.id = f.job_id',
    adds: Object.fromEntries(
      Object.entries(COUNTED_AS).map(([outcome, figure]) => [figure, oneIf(`f.outcome = '${outcome}'`)]),
    ),
  },
  {
    at: 'r.ended_at',
    market: 'r.market',
    node: 'r.node',
    project: 'j.project',
    from: 'run AS r LEFT JOIN job AS j ON j.id = r.job_id',
    adds: {
      runs: '1',
      runs_quit: oneIf("r.ended_by = 'quit'"),
      run_seconds:
        'CASE WHEN rollup_hour(r.started_at) IS NOT NULL THEN greatest(r.ended_at - r.started_at, 0) END',
    },
  },
  {
    at: 'l.block_time',
    market: 'l.market',
    // The run that the transaction ended; of two in one, that of who got the money. Without it (history is missing), whom the job names.
    node: `CASE WHEN l.kind = 'payout' THEN coalesce((
      SELECT r.node FROM run AS r WHERE r.job_id = l.job_id AND r.ended_signature = l.signature
      ORDER BY r.node IS DISTINCT FROM l.to_owner, r.id COLLATE "C" LIMIT 1
    ), j.node) END`,
    project: 'j.project',
    from: `(SELECT * FROM ledger_entry WHERE kind IN ('deposit', 'payout', 'refund', 'fee')) AS l
      LEFT JOIN job AS j ON j.id = l.job_id LEFT JOIN ledger_value AS v ON v.position = l.position`,
    adds: {
      ...Object.fromEntries(
        Object.entries(MONEY).flatMap(([kind, figure]) => [
          [figure, `CASE WHEN l.kind = '${kind}' THEN l.amount END`],
          [`usd_${figure}`, `CASE WHEN l.kind = '${kind}' THEN v.usd_micro END`],
        ]),
      ),
      priced: oneIf('v.position IS NOT NULL'),
      unpriced: oneIf('v.position IS NULL'),
    },
  },
  {
    at: 'f.counted_at',
    market: 'c.market',
    node: 'c.node',
    project: 'j.project',
    from: 'result_facts AS f JOIN receipt AS c ON c.job_id = f.job_id LEFT JOIN job AS j ON j.id = f.job_id',
    adds: {
      receipts: oneIf('c.signature_valid'),
      receipts_invalid: oneIf('NOT c.signature_valid'),
      prompt_tokens: 'CASE WHEN c.signature_valid THEN c.prompt_tokens END',
      completion_tokens: 'CASE WHEN c.signature_valid THEN c.completion_tokens END',
      reasoning_tokens: 'CASE WHEN c.signature_valid THEN c.reasoning_tokens END',
    },
  },
];
