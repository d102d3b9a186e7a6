import { timingSafeEqual } from 'node:crypto';

import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { ContentStore } from '../store/disk-store.js';
import { RequestError } from './errors.js';
import { addressOf } from './gateway.js';
import { createRequestLimit } from './request-limit.js';
import { readUpload } from './upload.js';

export interface PinningOptions {
  /** Bearer token that every request must carry. */
  token: string | undefined;
  /** Largest document or file, in bytes. */
  maxBytes: number;
  /** Uploads at one time. */
  maxUploads: number;
}

/** What the wrapper around the pinned document or file may take. */
export const ENVELOPE_BYTES = 64 * 1024;
/** How many of the largest uploads may be in memory at one time. */
const LARGEST_AT_ONCE = 8;

const PinOptions = z
  .looseObject({
    cidVersion: z.literal([0, 1], 'expected 0 or 1').nullish(),
    wrapWithDirectory: z.literal(false, 'directories are not kept here').nullish(),
  })
  .nullish();

const PinMetadata = z
  .looseObject({
    name: z.string().nullish(),
    keyvalues: z.record(z.string(), z.unknown()).nullish(),
  })
  .nullish();

const PinJson = z.looseObject({ pinataMetadata: PinMetadata, pinataOptions: PinOptions });

const PinFile = z.object({ pinataMetadata: PinMetadata, pinataOptions: PinOptions });

/** Pinata's `pinJSONToIPFS`, `pinFileToIPFS` and `unpin`, on a server of their own scope. */
export async function addPinning(
  app: FastifyInstance,
  store: ContentStore,
  options: PinningOptions,
): Promise<void> {
  const { token, maxBytes } = options;
  const largest = maxBytes + ENVELOPE_BYTES;
  const limitUploads = createRequestLimit({
    what: 'uploads',
    requests: options.maxUploads,
    bytes: LARGEST_AT_ONCE * largest,
    largest,
  });
  await app.register(multipart);
  app.addHook('onRequest', async (request) => authorize(request, token));

  app.post('/pinning/pinJSONToIPFS', { onRequest: limitUploads }, async (request) => {
    const { document, version } = readDocument(request.body);
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    if (bytes.length > maxBytes) throw tooLarge(`the document has ${bytes.length} bytes`, maxBytes);
    return pin(bytes, version);
  });

  app.post('/pinning/pinFileToIPFS', { onRequest: limitUploads }, async (request) => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length > largest) throw tooLarge(`the request has ${length} bytes`, maxBytes);
    const { file, fields } = await readUpload(request, maxBytes);
    const { pinataOptions } = check(PinFile, fields);
    return pin(file, pinataOptions?.cidVersion ?? 0);
  });

  await app.register(async (scope) => {
    // Clients send DELETE with a content type and nothing behind it: no body is read here.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.delete<{ Params: { cid: string } }>('/pinning/unpin/:cid', async (request, reply) => {
      const { cid } = addressOf(request.params.cid);
      if (!(await store.remove(cid))) throw new RequestError(404, 'not_found', `${cid} is not pinned here`);
      return reply.type('text/plain; charset=utf-8').send('OK');
    });
  });

  async function pin(bytes: Uint8Array, version: 0 | 1) {
    const stored = await store.put(bytes);
    return {
      IpfsHash: version === 0 ? stored.cid : stored.cidV1,
      PinSize: stored.size,
      Timestamp: stored.storedAt.toISOString(),
      isDuplicate: stored.isDuplicate,
    };
  }
}

/** A body is either an envelope with the document in `pinataContent`, or, without that field, the document itself. */
function readDocument(body: unknown): { document: unknown; version: 0 | 1 } {
  if (typeof body !== 'object' || body === null) throw badBody('expected a JSON object or array');
  if ('pinataContent' in body) {
    const { pinataOptions } = check(PinJson, body);
    return { document: body.pinataContent, version: pinataOptions?.cidVersion ?? 0 };
  }
  // An envelope whose content was undefined, and so got lost on the way: nobody wants this pinned.
  if ('pinataOptions' in body || 'pinataMetadata' in body) throw badBody('pinataContent is missing');
  return { document: body, version: 0 };
}

function badBody(message: string): RequestError {
  return new RequestError(400, 'bad_request', `body: ${message}`);
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue && issue.path.length > 0 ? issue.path.join('.') : 'body';
  throw new RequestError(400, 'bad_request', `${path}: ${issue?.message ?? 'not valid'}`);
}

function tooLarge(what: string, maxBytes: number): RequestError {
  return new RequestError(413, 'too_large', `${what}, at most ${maxBytes} fit`);
}

function authorize(request: FastifyRequest, token: string | undefined): void {
  if (token !== undefined && !sameSecret(request.headers.authorization ?? '', `Bearer ${token}`)) {
    throw new RequestError(401, 'unauthorized', 'pinning needs the bearer token');
  }
}

function sameSecret(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
