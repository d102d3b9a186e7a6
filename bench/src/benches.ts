import { INFERENCE_FIGURES } from './inference/figures.js';
import type { Report } from './report.js';

export interface BenchOptions {
  readonly runs: number;
  /** The only figure to measure; undefined for all. */
  readonly only: string | undefined;
  /** How many jobs a generated history has; undefined for the bench's own number. */
  readonly jobs: number | undefined;
  /** Where CPU profiles of what is measured go; undefined for none. */
  readonly profileDir: string | undefined;
  readonly report: Report;
}

interface Bench {
  readonly about: string;
  /** How many measurements a figure stands for, unless the caller says otherwise. */
  readonly runs: number;
  /** Figures that can be measured alone. */
  readonly figures: readonly string[];
  measure(options: BenchOptions): Promise<void>;
}

/** Every bench by its name. Each is loaded when it runs: one does not need what another does. */
export const BENCHES: ReadonlyMap<string, Bench> = new Map([
  [
    'e2e',
    {
      about: 'start-up times, confirmed transaction to page, posted job to result',
      runs: 50,
      figures: [],
      async measure({ runs, report }: BenchOptions) {
        const { benchE2e } = await import('./e2e/e2e.js');
        await benchE2e(runs, report);
      },
    },
  ],
  [
    'localnet',
    {
      about: 'transactions per second, confirmation, start and restart, memory, account queries',
      runs: 5,
      figures: ['send_tx_per_s', 'confirm_p99_slots', 'start_ms', 'restart_1m_tx_ms', 'rss_mb', 'gpa_20k_ms'],
      async measure(options: BenchOptions) {
        const { benchLocalnet } = await import('./localnet/localnet.js');
        await benchLocalnet(options);
      },
    },
  ],
  [
    'indexer',
    {
      about: 'replay of a generated history beside COPY, its parts, memory; confirmed to committed',
      runs: 3,
      figures: ['replay_tx_per_s', 'confirm_to_commit_p95_ms', 'refold_events_per_s'],
      async measure(options: BenchOptions) {
        const { benchIndexer } = await import('./indexer/indexer.js');
        await benchIndexer(options);
      },
    },
  ],
  [
    'api',
    {
      about: 'every question of the pages, about those who have most in a generated history',
      runs: 20,
      figures: [],
      async measure(options: BenchOptions) {
        const { benchApi } = await import('./api/bench-api.js');
        await benchApi(options);
      },
    },
  ],
  [
    'inference',
    {
      about:
        "text generation on the project's models: tokens per second alone and in company; beside other engines",
      runs: 3,
      figures: INFERENCE_FIGURES,
      async measure(options: BenchOptions) {
        const { benchInference } = await import('./inference/inference.js');
        await benchInference(options);
      },
    },
  ],
  [
    'worker',
    {
      about:
        'what asking through the endpoint costs over calling the engine; jobs per minute, return after a SIGKILL',
      runs: 5,
      figures: [
        'endpoint_overhead_ms',
        'endpoint_throughput_loss_small_pct',
        'endpoint_throughput_loss_pct',
        'jobs_per_minute',
        'resume_s',
      ],
      async measure(options: BenchOptions) {
        const { benchWorker } = await import('./worker/worker.js');
        await benchWorker(options);
      },
    },
  ],
  [
    'inference-parity',
    {
      about:
        'whether the engine gives what transformers.js gives, on tiny models of all families; fails where not',
      runs: 1,
      figures: [],
      async measure(options: BenchOptions) {
        const { benchParity } = await import('./inference/parity/parity.js');
        await benchParity(options);
      },
    },
  ],
  [
    'sampling',
    {
      about: 'what drawing a token takes with 150,000 of them, beside the most likely one',
      runs: 3,
      figures: [],
      async measure(options: BenchOptions) {
        const { benchSampling } = await import('./inference/sampling/bench-sampling.js');
        await benchSampling(options);
      },
    },
  ],
  [
    'speculation',
    {
      about: 'tokens per second with guesses of what comes next, beside those without',
      runs: 3,
      figures: [],
      async measure(options: BenchOptions) {
        const { benchSpeculation } = await import('./inference/speculation/bench-speculation.js');
        await benchSpeculation(options);
      },
    },
  ],
  [
    'test-time',
    {
      about: 'accuracy on held-out problems against tokens and seconds: direct, reasoning, votes, best of n',
      runs: 100,
      figures: [],
      async measure(options: BenchOptions) {
        const { benchTestTime } = await import('./inference/test-time/bench-test-time.js');
        await benchTestTime(options);
      },
    },
  ],
  [
    'temperature',
    {
      about: 'accuracy of votes at several temperatures, on held-out problems that no other figure uses',
      runs: 100,
      figures: [],
      async measure(options: BenchOptions) {
        const { benchTemperatures } = await import('./inference/test-time/bench-temperatures.js');
        await benchTemperatures(options);
      },
    },
  ],
]);
