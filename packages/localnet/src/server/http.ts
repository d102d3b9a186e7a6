import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { JsonWriter } from '../encodings/json.js';
import { FaucetError } from '../faucet/error.js';
import type { Faucet } from '../faucet/faucet.js';
import { faucetBody } from '../faucet/request.js';
import type { Faults } from '../faults/faults.js';
import type { Log } from '../log.js';
import { readBody } from './body.js';
import { isLocal } from './caller.js';
import { methodsOf, replyFaulty } from './faulty-reply.js';
import type { AnswerText } from './jsonrpc.js';

/** Larger than a full batch of transactions in base64. */
const MAX_BODY_BYTES = 1_048_576;

export interface HttpDeps {
  readonly answerRpc: AnswerText;
  readonly faucet: Faucet;
  readonly faults: Faults;
  /** Null when all is well, otherwise what is wrong. */
  readonly problem: () => string | null;
  readonly status: () => object;
  readonly write: JsonWriter;
  readonly log: Log;
}

/** Creates the HTTP server: JSON-RPC on POST /, the faucet, and health. Any web page may call it. */
export function createHttpServer(deps: HttpDeps): Server {
  const server = createServer({ requestTimeout: 30_000, keepAliveTimeout: 60_000 }, (request, response) => {
    route(deps, request, response).catch((error: unknown) => {
      // The client went away in the middle of its request: there is nobody to answer, and nothing is wrong here.
      if (error === request.errored) return;
      deps.log('error', 'a request failed', { url: request.url ?? '', error: String(error) });
      if (!response.headersSent) reply(response, 500, deps.write({ error: 'Internal error' }));
      else response.destroy();
    });
  });
  return server;
}

async function route(deps: HttpDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('access-control-allow-origin', '*');
  const path = (request.url ?? '/').split('?')[0];
  const { method } = request;
  if (method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
    // Clients add headers of their own; all of them are welcome and none is read.
    response.setHeader(
      'access-control-allow-headers',
      request.headers['access-control-request-headers'] ?? '*',
    );
    response.setHeader('access-control-max-age', '86400');
    response.writeHead(204).end();
    return;
  }
  if (method === 'GET' && path === '/health') {
    const problem = deps.problem();
    const body =
      problem === null ? { status: 'ok', ...deps.status() } : { status: 'failed', reason: problem };
    reply(response, problem === null ? 200 : 503, deps.write(body));
    return;
  }
  if (method === 'POST' && (path === '/' || path === '/faucet')) {
    const text = await readBody(request, MAX_BODY_BYTES);
    if (text === null) {
      response.setHeader('connection', 'close');
      reply(response, 413, deps.write({ error: `A request body has at most ${MAX_BODY_BYTES} bytes` }));
    } else if (path === '/') {
      await answerCall(deps, text, request, response);
    } else {
      await answerFaucet(deps, text, response);
    }
    return;
  }
  reply(
    response,
    404,
    deps.write({ error: 'Not found: POST / (JSON-RPC), POST /faucet and GET /health are here' }),
  );
}

async function answerCall(
  { answerRpc, faults }: HttpDeps,
  text: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const compute = (): Promise<string | null> => answerRpc(text, isLocal(request));
  const fault = faults.settings() === null ? null : await faults.http(methodsOf(text));
  if (fault !== null) return replyFaulty(fault, faults, response, compute);
  const answer = await compute();
  if (answer === null) response.writeHead(204).end();
  else reply(response, 200, answer);
}

async function answerFaucet(
  { faucet, write }: HttpDeps,
  text: string,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = faucetBody.parse(JSON.parse(text));
    reply(response, 200, write(await faucet.give(body)));
  } catch (error) {
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      reply(response, 400, write({ error: `${issue?.path.join('.') || 'body'}: ${issue?.message}` }));
    } else if (error instanceof SyntaxError) {
      reply(response, 400, write({ error: 'The body is not JSON' }));
    } else if (error instanceof FaucetError) {
      reply(response, 400, write({ error: error.message }));
    } else {
      throw error;
    }
  }
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}
