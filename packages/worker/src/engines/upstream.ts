import { InferenceError, type InferenceErrorCode } from '@inferscan/inference';
import { linkSignals } from '@inferscan/storage/linked-signal';
import { z } from 'zod';

/** Another server, as this node asks it. */
export interface Upstream {
  /** Its host, for messages: nothing of its key or path. */
  readonly name: string;
  /** @throws InferenceError bad_model */
  get(path: string): Promise<unknown>;
  /**
   * The events of a streamed answer, parsed, until `[DONE]`.
   * @throws InferenceError that says what the server said
   */
  stream(
    path: string,
    body: object,
    timeoutMs: number | undefined,
    signals: readonly AbortSignal[],
  ): AsyncGenerator<unknown>;
}

const LISTING_MS = 10_000;
/** One event holds a few tokens, or an error. */
const MAX_EVENT_CHARS = 4 * 1024 * 1024;

const Failure = z.looseObject({
  error: z.looseObject({
    message: z.string().max(10_000),
    code: z.union([z.string(), z.number()]).nullish(),
    param: z.string().nullish(),
  }),
});

/** @param key for its `Authorization` header */
export function createUpstream(url: string, key: string | undefined): Upstream {
  const base = `${url.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/`;
  const name = new URL(url).host;
  const headers = {
    'content-type': 'application/json',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };

  return {
    name,
    async get(path) {
      try {
        const response = await fetch(base + path, { headers, signal: AbortSignal.timeout(LISTING_MS) });
        if (!response.ok) throw new Error(`it answers ${response.status}`);
        return await response.json();
      } catch (error) {
        throw new InferenceError('bad_model', `${name} cannot be asked for its ${path}: ${reasonOf(error)}`);
      }
    },

    async *stream(path, body, timeoutMs, signals) {
      const timeout = timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)];
      const ended = linkSignals(...signals, ...timeout);
      try {
        const { signal } = ended;
        const init = { method: 'POST', headers, body: JSON.stringify(body), signal };
        const response = await fetch(base + path, init);
        if (!response.ok) throw refusal(name, response.status, await response.json().catch(() => null));
        if (response.body === null) throw new InferenceError('crashed', `${name} sent nothing`);
        for await (const event of eventsOf(response.body)) {
          const failed = Failure.safeParse(event);
          if (failed.success) throw refusal(name, 500, event);
          yield event;
        }
      } catch (error) {
        if (error instanceof InferenceError) throw error;
        if (signals.some(({ aborted }) => aborted)) {
          throw new InferenceError('cancelled', 'the request was cancelled');
        }
        if (timeout.some(({ aborted }) => aborted)) {
          throw new InferenceError('timeout', `no result within ${timeoutMs} ms`);
        }
        throw new InferenceError('crashed', `${name} broke off: ${reasonOf(error)}`);
      } finally {
        ended.release();
      }
    },
  };
}

/** What a status of the server means for who asked this node. */
function refusal(name: string, status: number, body: unknown): InferenceError {
  const { message, code, param } = Failure.safeParse(body).data?.error ?? {};
  const said = message ?? `${name} answers ${status}`;
  const named = param && !said.startsWith(param) ? `${param}: ${said}` : said;
  if (code === 'context_length_exceeded') return new InferenceError('too_long', named);
  const codes: Readonly<Record<number, InferenceErrorCode>> = {
    400: 'bad_request',
    404: 'unknown_model',
    408: 'timeout',
    413: 'too_long',
    422: 'bad_request',
    429: 'overloaded',
    504: 'timeout',
  };
  return new InferenceError(codes[status] ?? 'crashed', named);
}

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > MAX_EVENT_CHARS) throw new Error('an event is too large');
    for (const line of lines) {
      if (!line.startsWith('data:')) continue;
      const data = line.slice('data:'.length).trim();
      if (data === '[DONE]') return;
      yield JSON.parse(data);
    }
  }
  throw new Error('the answer ended before it was whole');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
