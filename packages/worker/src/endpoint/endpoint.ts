import { setTimeout as sleep } from 'node:timers/promises';
import cors from '@fastify/cors';
import type { InferenceEngine, ModelTask, TaskRequest, TaskResult } from '@inferscan/inference';
import { linkSignals } from '@inferscan/storage/linked-signal';
import { listenAt } from '@inferscan/storage/listening';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import type { Access } from './access.js';
import { createAdmission } from './admission.js';
import { ApiError, apiErrorOf, modelNotFound, type ParameterNames } from './api-error.js';
import { createCatalogue, modelObject, type ServedModel } from './catalogue.js';
import { readChatRequest } from './chat.js';
import { readCompletionsRequest } from './completions.js';
import type { TextRequest } from './dialect.js';
import { readEmbeddingsRequest } from './embeddings.js';
import { type Exchange, watchExchanges } from './exchange.js';
import { answerFailures } from './failures.js';
import { readImagesRequest } from './images.js';
import { provenanceOf } from './provenance.js';
import { createTally, NO_TOKENS, type Tally, type TokenUse } from './tally.js';
import { answerText, tokenUseOf } from './text-answer.js';

export interface EndpointOptions {
  engine: InferenceEngine;
  /** All models of the engine where it is left out. */
  only?: ServedModel | undefined;
  /** Null lets everybody in who reaches the port: for loopback only. */
  access: Access | null;
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** 0, the default, takes any free port. */
  port?: number | undefined;
  /** Largest request, in bytes. Default 4 MiB. */
  maxBodyBytes?: number | undefined;
  /** Requests that are answered at one time; the next gets a 429. Default 96, what the engine runs and lets wait. */
  maxRequests?: number | undefined;
  /** From a request's arrival to the end of its answer. Default 10 minutes. */
  timeoutMs?: number | undefined;
  /** Told of failures that no request can be blamed for. */
  onError?: ((error: unknown) => void) | undefined;
}

export interface Endpoint {
  /** Without `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Requests that are being answered. */
  readonly inFlight: number;
  readonly tally: Tally;
  /** Ends what is being answered with an error that says why, and frees the port. */
  close(why?: string): Promise<void>;
}

const DEFAULT_BODY_BYTES = 4 * 1024 * 1024;
const DEFAULT_REQUESTS = 96;
const DEFAULT_TIMEOUT_MS = 600_000;
/** A request must have arrived by then. */
const ARRIVAL_MS = 30_000;
/** What is left of an answer must be taken by then once it is whole. */
const SENDING_MS = 30_000;
/** How long a closing endpoint waits until its errors are sent. */
const CLOSING_MS = 2_000;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Serves an engine's models under OpenAI's API.
 * @throws Error if others than this machine can reach the host and there is no access check, or the port is taken
 */
export async function createEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { engine, access, host = '127.0.0.1', port = 0, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const onError = options.onError ?? (() => {});
  if (access === null && !LOOPBACK.has(host)) {
    throw new Error(`an endpoint on ${host} lets everybody in: bind it to a job, or listen on 127.0.0.1`);
  }
  const catalogue = createCatalogue(engine, options.only);
  const admission = createAdmission(options.maxRequests ?? DEFAULT_REQUESTS);
  const tally = createTally();
  const closing = new AbortController();
  const startedAt = Math.floor(Date.now() / 1000);

  const app = Fastify({
    bodyLimit: options.maxBodyBytes ?? DEFAULT_BODY_BYTES,
    requestTimeout: ARRIVAL_MS,
    forceCloseConnections: true,
  });
  answerFailures(app, onError);
  // A page may ask with a token of its own; without tokens, any page could use what runs on its visitor's machine.
  if (access !== null) await app.register(cors, { origin: '*', exposedHeaders: ['retry-after'] });
  app.get('/health', async () => ({ status: 'ok' }));
  await app.register(
    async (api) => {
      const exchangeOf = watchExchanges(api, { access, admission, onSettled: tally.add });
      addModels(api);
      addText(api, exchangeOf, '/chat/completions', readChatRequest);
      addText(api, exchangeOf, '/completions', readCompletionsRequest);
      addTask(api, exchangeOf, '/embeddings', readEmbeddingsRequest);
      addTask(api, exchangeOf, '/images/generations', readImagesRequest);
    },
    { prefix: '/v1' },
  );

  function addModels(api: FastifyInstance): void {
    api.get('/models', async () => ({
      object: 'list',
      data: catalogue.list().map((model) => modelObject(model, startedAt)),
    }));
    // Names of models may have slashes.
    api.get<{ Params: { '*': string } }>('/models/*', async ({ params }) => {
      const found = catalogue.list().find(({ name }) => name === params['*']);
      if (found !== undefined) return modelObject(found, startedAt);
      throw modelNotFound(`model: ${JSON.stringify(params['*'].slice(0, 200))} is not served here`);
    });
  }

  function addText(
    api: FastifyInstance,
    exchangeOf: (request: FastifyRequest) => Exchange,
    path: string,
    read: (body: unknown) => TextRequest,
  ): void {
    api.post(path, async (request, reply) => {
      const exchange = exchangeOf(request);
      const asked = read(request.body);
      const served = catalogue.require(asked.model, 'text-generation');
      for (const { draft } of asked.requests) {
        if (draft !== undefined) catalogue.require(draft.model, 'text-generation', 'draft.model');
      }
      const requests = asked.requests.map((one) => ({ ...one, ...served }));
      return answer(exchange, reply, asked.dialect.names, async (signal) => {
        const answered = await answerText({ engine, timeoutMs }, { ...asked, requests }, reply, signal);
        if (answered.failure !== undefined) exchange.outcome = signal.aborted ? 'cancelled' : 'failed';
        else finish(exchange, tokenUseOf(answered.results));
        return answered.body ?? reply;
      });
    });
  }

  function addTask<T extends ModelTask>(
    api: FastifyInstance,
    exchangeOf: (request: FastifyRequest) => Exchange,
    path: string,
    read: (body: unknown) => {
      model: string;
      names: ParameterNames;
      request: TaskRequest<T>;
      answer(result: TaskResult<T>): object;
      promptTokens(result: TaskResult<T>): number;
    },
  ): void {
    api.post(path, async (request, reply) => {
      const exchange = exchangeOf(request);
      const asked = read(request.body);
      const served = catalogue.require(asked.model, asked.request.task);
      return answer(exchange, reply, asked.names, async (signal) => {
        const result = await engine.run({ ...asked.request, ...served, timeoutMs }, { signal });
        const body = { ...asked.answer(result), ...provenanceOf(result) };
        finish(exchange, { ...NO_TOKENS, prompt: asked.promptTokens(result) });
        return body;
      });
    });
  }

  /** Does the work of one request, which ends when its client goes away or the endpoint closes. */
  async function answer(
    exchange: Exchange,
    reply: FastifyReply,
    names: ParameterNames,
    work: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<unknown> {
    const gone = linkSignals(closing.signal);
    let isClosed = false;
    const onClose = () => {
      isClosed = true;
      gone.abort(new Error('the client went away'));
    };
    reply.raw.once('close', onClose);
    try {
      return await work(gone.signal);
    } catch (error) {
      if (gone.signal.aborted) exchange.outcome = 'cancelled';
      if (closing.signal.aborted && !isClosed) throw closing.signal.reason;
      const shown = apiErrorOf(error, names);
      if (shown.code === 'internal_error' || shown.code === 'crashed') onError(error);
      throw shown;
    } finally {
      gone.release();
      // Who does not take the answer may not keep others out.
      const timer = setTimeout(() => reply.raw.destroy(), SENDING_MS);
      reply.raw.once('close', () => clearTimeout(timer));
      timer.unref();
    }
  }

  const listening = await listenAt(app, host, port);
  return {
    ...listening,
    tally,
    get inFlight() {
      return admission.inFlight;
    },
    async close(why = 'this endpoint is closing') {
      const empty = admission.close(why);
      closing.abort(new ApiError({ status: 503, type: 'server_error', code: 'closing', message: why }));
      await Promise.race([empty, sleep(CLOSING_MS, undefined, { ref: false })]);
      await app.close();
    },
  };
}

function finish(exchange: Exchange, used: TokenUse): void {
  exchange.used = used;
  exchange.grant?.wrote(used.completion);
}
