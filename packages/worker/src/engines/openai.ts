import { canonicalDigest } from '@inferscan/formats';
import {
  type GenerationResult,
  type InferenceEngine,
  InferenceError,
  type ModelInfo,
  parseRequest,
  type StatedPrecision,
} from '@inferscan/inference';
import { z } from 'zod';

import { collectAnswer } from './openai-answer.js';
import { bodyOf, pathOf } from './openai-request.js';
import { createUpstream, type Upstream } from './upstream.js';

export interface OpenAiEngineOptions {
  /** Of an OpenAI-compatible server, such as vLLM's, TGI's or llama.cpp's: with or without `/v1`. */
  url: string;
  apiKey?: string | undefined;
}

/** Of an entry of /v1/models; vLLM says the context, our own endpoint the precision too. */
const ModelEntry = z.looseObject({
  id: z.string().min(1).max(200),
  task: z.string().optional(),
  max_model_len: z.int().min(1).nullish(),
  parameters: z.int().min(0).optional(),
  precision: z.enum(['fp32', 'fp16', 'bf16', 'fp8', 'int8', 'int4']).optional(),
});
type ModelEntry = z.output<typeof ModelEntry>;
const ModelList = z.looseObject({ data: z.array(ModelEntry).max(1_000) });

/**
 * Another server's models as an engine of this node: text only. Texts and times are what is seen here; model, tokens and
 * sampling are what that server says, and marked as claimed.
 * @throws InferenceError bad_model if the server cannot be reached or does not list its models
 */
export async function createOpenAiEngine(options: OpenAiEngineOptions): Promise<InferenceEngine> {
  const upstream = createUpstream(options.url, options.apiKey);
  const models = await listModels(upstream);
  const running = new Map<string, number>();
  const closing = new AbortController();

  function track(model: string, change: 1 | -1): void {
    const count = (running.get(model) ?? 0) + change;
    if (count === 0) running.delete(model);
    else running.set(model, count);
  }

  return {
    models: () => models,
    stats: () => new Map(),
    load: () => new Map([...running].map(([model, count]) => [model, { running: count, waiting: 0 }])),

    async generate(input, { signal, onToken } = {}) {
      const request = parseRequest(input);
      const info = models.find(({ name }) => name === request.model);
      if (info === undefined) {
        const known = models.map(({ name }) => name).join(', ') || 'none';
        throw new InferenceError(
          'unknown_model',
          `model: ${JSON.stringify(request.model)} is not here; known: ${known}`,
        );
      }
      if (request.precision !== undefined && request.precision !== info.precision) {
        throw new InferenceError('bad_request', `precision: the engine says ${info.precision}; leave it out`);
      }
      const begun = performance.now();
      const signals = [closing.signal, ...(signal ? [signal] : [])];
      track(info.name, 1);
      try {
        const events = upstream.stream(pathOf(request), bodyOf(request), request.timeoutMs, signals);
        const answer = await collectAnswer(events, request.n, onToken);
        return resultOf(info, request.seed, answer, performance.now() - begun);
      } finally {
        track(info.name, -1);
      }
    },

    async run({ task }) {
      throw new InferenceError(
        'bad_request',
        `task: the engine behind this node is asked for text only, not for ${task}`,
      );
    },

    async close() {
      closing.abort(new InferenceError('cancelled', 'the engine was closed'));
    },
  };
}

async function listModels(upstream: Upstream): Promise<ModelInfo[]> {
  const parsed = ModelList.safeParse(await upstream.get('models'));
  if (!parsed.success) {
    throw new InferenceError('bad_model', `${upstream.name} does not list its models as OpenAI does`);
  }
  return parsed.data.data
    .filter(({ task }) => task === undefined || task === 'text-generation')
    .map((entry) => modelInfo(upstream, entry));
}

function modelInfo({ name }: Upstream, entry: ModelEntry): ModelInfo {
  const precision: StatedPrecision = entry.precision ?? 'unknown';
  // The time at which it was listed is no part of what it is.
  const { created: _, ...statement } = entry;
  return {
    claimed: true,
    name: entry.id,
    task: 'text-generation',
    digest: canonicalDigest({ server: name, ...statement }),
    parameters: entry.parameters ?? 0,
    precision,
    precisions: [precision],
    ...(entry.max_model_len && { contextTokens: entry.max_model_len }),
    sizeBytes: 0,
    // Whether it does, only that server knows.
    reasoning: true,
  };
}

function resultOf(
  info: ModelInfo,
  seed: number,
  answer: Awaited<ReturnType<typeof collectAnswer>>,
  totalMs: number,
): GenerationResult {
  const completions = answer.choices.map((choice, index) => ({
    text: choice.text,
    reasoningText: choice.reasoning,
    tokenIds: [],
    reasoningTokens: 0,
    finishReason: choice.finishReason,
    seed: seed + index,
  }));
  const [first] = completions;
  if (first === undefined) throw new RangeError('an answer has at least one choice');
  return {
    claimed: true,
    text: first.text,
    reasoningText: first.reasoningText,
    tokenIds: [],
    tokens: answer.tokens,
    cachedTokens: answer.cachedTokens,
    timing: { queueMs: 0, loadMs: 0, firstTokenMs: answer.firstTokenMs ?? totalMs, totalMs },
    finishReason: first.finishReason,
    completions,
    model: { name: info.name, digest: info.digest, parameters: info.parameters, precision: info.precision },
    runtime: { name: 'openai', version: answer.fingerprint ?? 'unknown', provider: 'unknown', threads: 1 },
    sharing: { steps: 0, rows: 0, mostRows: 0 },
    seed,
  };
}
