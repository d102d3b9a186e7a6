import { linkSignals } from '@inferscan/storage/linked-signal';
import { redactText, redactUrl } from '../config/redact.js';
import { PriceError } from './price-source.js';

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 2 * 1024 * 1024;
/** Answers that say no more than: not now. */
const BUSY = new Set([408, 425, 429]);

/**
 * The JSON that a server answers with. The address is the operator's own and may be a private one; where it would lead
 * elsewhere nobody follows.
 * @throws PriceError
 */
export async function fetchJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  outer: AbortSignal,
): Promise<unknown> {
  const shown = redactUrl(url);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const ended = linkSignals(outer, timeout);
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal: ended.signal,
    });
    if (response.status >= 300 && response.status < 400) {
      throw new PriceError(`${shown} redirects, which is not followed: name the address that it leads to`);
    }
    if (!response.ok) {
      const refused = response.status >= 400 && response.status < 500 && !BUSY.has(response.status);
      throw new PriceError(`${shown} answered with status ${response.status}`, { refused });
    }
    return JSON.parse(await limitedText(response, shown));
  } catch (error) {
    outer.throwIfAborted();
    if (error instanceof PriceError) throw error;
    if (timeout.aborted) throw new PriceError(`${shown} did not answer within ${TIMEOUT_MS} ms`);
    if (error instanceof SyntaxError) throw new PriceError(`${shown} did not answer with JSON`);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new PriceError(`${shown} cannot be reached: ${redactText(reason, url)}`, { cause: error });
  } finally {
    ended.release();
  }
}

async function limitedText(response: Response, shown: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new PriceError(`${shown} sent more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
