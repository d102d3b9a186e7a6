import type { GenerateOptions, GenerationResult, InferenceEngine } from '@inferscan/inference';
import { InferenceError } from '@inferscan/inference';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Seconds; those of vLLM, so that its dashboards fit. */
const BUCKETS = [
  ...[0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160],
  ...[640, 2560],
];
const GAP_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10];

/** An engine whose requests are counted under vLLM's names, wherever they come from. */
export function meterEngine(engine: InferenceEngine, registry: Registry): InferenceEngine {
  const figures = createFigures(engine, registry);
  return {
    models: () => engine.models(),
    stats: () => engine.stats(),
    load: () => engine.load(),
    close: () => engine.close(),
    async generate(request, options) {
      const labels = { model_name: request.model };
      try {
        const result = await engine.generate(request, {
          ...options,
          ...withGaps(options, (seconds) => figures.gap.observe(labels, seconds)),
        });
        figures.answered(result);
        return result;
      } catch (error) {
        figures.failed(labels.model_name, error);
        throw error;
      }
    },
    async run(request, options) {
      try {
        const result = await engine.run(request, options);
        const labels = { model_name: result.model.name };
        figures.queue.observe(labels, result.timing.queueMs / 1000);
        figures.total.observe(labels, result.timing.totalMs / 1000);
        figures.success.inc({ ...labels, finished_reason: 'stop' });
        return result;
      } catch (error) {
        figures.failed(request.model, error);
        throw error;
      }
    },
  };
}

function createFigures(engine: InferenceEngine, registry: Registry) {
  const registers = [registry];
  const labelNames = ['model_name'];
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets = BUCKETS) =>
    new Histogram({ name, help, labelNames, registers, buckets });
  const load = (name: string, help: string, what: 'running' | 'waiting') =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        const counts = engine.load();
        for (const { name: model_name } of engine.models()) {
          this.set({ model_name }, counts.get(model_name)?.[what] ?? 0);
        }
      },
    });
  load('vllm:num_requests_running', 'Requests that the engine works on', 'running');
  load('vllm:num_requests_waiting', 'Requests that wait for the engine', 'waiting');
  const prompt = counter('vllm:prompt_tokens_total', 'Tokens of prompts');
  const generated = counter('vllm:generation_tokens_total', 'Tokens written');
  const cached = counter(
    'vllm:prefix_cache_hits_total',
    'Tokens of prompts that did not have to be read again',
  );
  const queried = counter('vllm:prefix_cache_queries_total', 'Tokens of prompts that were looked for');
  const drafted = counter(
    'vllm:spec_decode_num_draft_tokens_total',
    'Tokens guessed before they were computed',
  );
  const accepted = counter('vllm:spec_decode_num_accepted_tokens_total', 'Guessed tokens that came true');
  const firstToken = histogram('vllm:time_to_first_token_seconds', 'From submission to the first token');
  const gap = histogram('vllm:inter_token_latency_seconds', 'Between tokens that are streamed', GAP_BUCKETS);
  const total = histogram('vllm:e2e_request_latency_seconds', 'From submission to the result');
  const queue = histogram('vllm:request_queue_time_seconds', 'From submission until it is worked on');
  const success = new Counter({
    name: 'vllm:request_success_total',
    help: 'Requests answered, by how the first completion ended',
    labelNames: ['model_name', 'finished_reason'],
    registers,
  });
  const failures = new Counter({
    name: 'inferscan_requests_failed_total',
    help: 'Requests that the engine did not answer, by the reason',
    labelNames: ['model_name', 'reason'],
    registers,
  });
  const known = () => new Set(engine.models().map(({ name }) => name));

  return {
    gap,
    total,
    queue,
    success,
    answered(result: GenerationResult) {
      const { model, tokens, cachedTokens, timing, finishReason } = result;
      const labels = { model_name: model.name };
      prompt.inc(labels, tokens.prompt);
      queried.inc(labels, tokens.prompt);
      cached.inc(labels, cachedTokens);
      generated.inc(labels, tokens.completion);
      drafted.inc(labels, result.draftedTokens ?? 0);
      accepted.inc(labels, result.acceptedTokens ?? 0);
      queue.observe(labels, timing.queueMs / 1000);
      firstToken.observe(labels, (timing.queueMs + timing.loadMs + timing.firstTokenMs) / 1000);
      total.observe(labels, timing.totalMs / 1000);
      success.inc({ ...labels, finished_reason: finishReason });
    },
    failed(model: string, error: unknown) {
      // A label for every name that somebody asks for would grow without end.
      const model_name = known().has(model) ? model : '';
      failures.inc({ model_name, reason: error instanceof InferenceError ? error.code : 'other' });
    },
  };
}

/** Only of requests that are streamed: others are not told of tokens, which would cost them something. */
function withGaps(
  options: GenerateOptions | undefined,
  observe: (seconds: number) => void,
): Pick<GenerateOptions, 'onToken'> {
  const { onToken } = options ?? {};
  if (onToken === undefined) return {};
  const last = new Map<number, number>();
  return {
    onToken(token) {
      const now = performance.now();
      const before = last.get(token.sample);
      if (before !== undefined) observe((now - before) / 1000);
      last.set(token.sample, now);
      onToken(token);
    },
  };
}
