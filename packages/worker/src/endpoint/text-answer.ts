import { randomUUID } from 'node:crypto';
import type { GenerationRequest, GenerationResult, InferenceEngine } from '@inferscan/inference';
import { linkSignals } from '@inferscan/storage/linked-signal';
import type { FastifyReply } from 'fastify';

import { ApiError, apiErrorOf } from './api-error.js';
import type { TextRequest } from './dialect.js';
import { openEventStream } from './event-stream.js';
import { provenanceOf } from './provenance.js';
import type { TokenUse } from './tally.js';

export interface TextAnswerDeps {
  engine: Pick<InferenceEngine, 'generate'>;
  /** From arrival to the last token. */
  timeoutMs: number;
}

/**
 * Generates what was asked for and answers with it, whole or as it appears.
 * @returns what was generated, and the body of the answer where it was not streamed
 * @throws what failed, as long as nothing was sent; afterwards the stream says it and `failure` holds it
 */
export async function answerText(
  deps: TextAnswerDeps,
  asked: TextRequest,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<{ results: readonly GenerationResult[]; body?: unknown; failure?: unknown }> {
  const head = {
    id: `${asked.dialect.idPrefix}${randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: asked.model,
  };
  if (asked.stream) return streamText(deps, asked, head, reply, signal);
  const results = await generateAll(deps, asked, signal, undefined);
  const { object, choice } = asked.dialect;
  const provenance = results[0] && provenanceOf(results[0]);
  const choices = results.flatMap(({ completions }, prompt) =>
    completions.map((completion, sample) => choice(prompt * asked.n + sample, completion)),
  );
  const body = { ...head, object, choices, usage: usageOf(results), ...provenance };
  return { results, body };
}

async function streamText(
  deps: TextAnswerDeps,
  asked: TextRequest,
  head: object,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<{ results: readonly GenerationResult[]; failure?: unknown }> {
  const { dialect, n, includeUsage } = asked;
  const choices = Array.from({ length: asked.requests.length * n }, (_, index) => dialect.stream(index));
  const base = { ...head, object: dialect.chunkObject };
  // Spelled once, not for every token.
  const opening = `${JSON.stringify(base).slice(0, -1)},`;
  // Begun with the first token: what fails before is answered with a status of its own.
  let stream: ReturnType<typeof openEventStream> | undefined;
  const send = (choice: unknown, more: object = {}) => {
    stream ??= openEventStream(reply);
    const rest = JSON.stringify({ ...(includeUsage && { usage: null }), ...more }).slice(1);
    stream.send(`${opening}"choices":[${JSON.stringify(choice)}]${rest === '}' ? '' : ','}${rest}`);
  };
  try {
    const results = await generateAll(deps, asked, signal, (prompt, token) => {
      const choice = choices[prompt * n + token.sample];
      if (choice !== undefined) send(choice.piece(token));
    });
    const provenance = results[0] && provenanceOf(results[0]);
    for (const [prompt, { completions }] of results.entries()) {
      for (const [sample, { finishReason }] of completions.entries()) {
        send(choices[prompt * n + sample]?.end(finishReason), provenance);
      }
    }
    if (includeUsage) stream?.send(JSON.stringify({ ...base, choices: [], usage: usageOf(results) }));
    stream?.end();
    return { results };
  } catch (error) {
    if (stream === undefined) throw error;
    if (!reply.raw.destroyed) {
      const shown = signal.reason instanceof ApiError ? signal.reason : apiErrorOf(error, dialect.names);
      stream.send(JSON.stringify(shown));
      stream.end();
    }
    return { results: [], failure: error };
  }
}

/** Runs the prompts of a request together; the first that fails ends the others. */
async function generateAll(
  { engine, timeoutMs }: TextAnswerDeps,
  asked: TextRequest,
  signal: AbortSignal,
  onToken: ((prompt: number, token: Parameters<NonNullable<TokenHandler>>[0]) => void) | undefined,
): Promise<GenerationResult[]> {
  const either = linkSignals(signal);
  const several = asked.requests.length > 1;
  const run = (request: GenerationRequest, prompt: number) =>
    engine.generate(
      { ...request, timeoutMs, together: request.together ?? (several || undefined) },
      { signal: either.signal, ...(onToken && { onToken: (token) => onToken(prompt, token) }) },
    );
  try {
    return await Promise.all(asked.requests.map(run));
  } catch (error) {
    either.abort(new Error('another prompt of the request failed'));
    throw error;
  } finally {
    either.release();
  }
}

type TokenHandler = NonNullable<Parameters<InferenceEngine['generate']>[1]>['onToken'];

/** What was read and written for a request. */
export function tokenUseOf(results: readonly GenerationResult[]): TokenUse {
  const sum = (count: (result: GenerationResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    prompt: sum(({ tokens }) => tokens.prompt),
    cached: sum(({ cachedTokens }) => cachedTokens),
    completion: sum(({ tokens }) => tokens.completion),
    reasoning: sum(({ tokens }) => tokens.reasoning),
  };
}

/** Tokens that were guessed; nothing where none was. */
function predictionsOf(results: readonly GenerationResult[]) {
  const sum = (count: (result: GenerationResult) => number | undefined) =>
    results.reduce((total, result) => total + (count(result) ?? 0), 0);
  const [drafted, accepted] = [
    sum(({ draftedTokens }) => draftedTokens),
    sum(({ acceptedTokens }) => acceptedTokens),
  ];
  if (drafted === 0) return {};
  return { accepted_prediction_tokens: accepted, rejected_prediction_tokens: drafted - accepted };
}

function usageOf(results: readonly GenerationResult[]) {
  const { prompt, cached, completion, reasoning } = tokenUseOf(results);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning, ...predictionsOf(results) },
  };
}
