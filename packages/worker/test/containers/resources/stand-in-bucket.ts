import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Source, startSource } from './source.js';

export interface BucketContent {
  readonly objects: ReadonlyMap<string, Buffer>;
  /** Without their signature nothing is told. */
  readonly keys?: { readonly id: string; readonly secret: string; readonly region: string };
  /** Objects may be had, but not listed. */
  readonly closed?: boolean;
  /** States a sha256, of something else where it lies. */
  readonly checksum?: 'true' | 'false';
  /** Answers with this to everything. */
  readonly status?: number;
  /** Tells keys as they are, escaped for XML alone. */
  readonly plainKeys?: boolean;
}

const PAGE = 2;

/**
 * Stands in for S3: buckets as the first folder of the path, listed by ListObjectsV2 in pages of two, and objects with ranges. It computes
 * the signature of a request by itself, as AWS describes it.
 */
export function startBuckets(content: (bucket: string) => BucketContent | undefined): Promise<Source> {
  return startSource((url, request, response, send) => {
    const [, name = '', rest = ''] = /^\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
    const bucket = content(name);
    if (bucket === undefined) return refuse(response, 404, 'NoSuchBucket');
    if (bucket.status !== undefined) return refuse(response, bucket.status, 'SlowDown');
    if (bucket.keys && !isSigned(request, url, bucket.keys))
      return refuse(response, 403, 'SignatureDoesNotMatch');
    if (rest === '') {
      if (bucket.closed || url.searchParams.get('list-type') !== '2')
        return refuse(response, 403, 'AccessDenied');
      response.setHeader('content-type', 'application/xml');
      return response.end(pageOf(bucket, url.searchParams));
    }
    const key = decodeURIComponent(rest);
    const body = bucket.objects.get(key);
    if (body === undefined) return refuse(response, 404, 'NoSuchKey');
    const told = bucket.checksum === 'false' ? Buffer.from('else') : body;
    return send(key, body, {
      etag: etagOf(body),
      ...(bucket.checksum && {
        'x-amz-checksum-sha256': createHash('sha256').update(told).digest('base64'),
        'x-amz-checksum-type': 'FULL_OBJECT',
      }),
    });
  });
}

const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
}

function pageOf({ objects, plainKeys }: BucketContent, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  const from = Number(query.get('continuation-token')?.replace('+/page=', '') ?? 0);
  const isEncoded = query.get('encoding-type') === 'url' && !plainKeys;
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const shown = (key: string) =>
    isEncoded ? new URLSearchParams({ '': key }).toString().slice(1) : escaped(key);
  const contents = keys.slice(from, from + PAGE).map((key) => {
    const body = objects.get(key) ?? Buffer.alloc(0);
    const etag = escaped(etagOf(body));
    return `<Contents><Key>${shown(key)}</Key><ETag>${etag}</ETag><Size>${body.length}</Size></Contents>`;
  });
  const isCut = from + PAGE < keys.length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>b</Name><Prefix>${shown(prefix)}</Prefix><IsTruncated>${isCut}</IsTruncated>`,
    isEncoded ? '<EncodingType>url</EncodingType>' : '',
    ...contents,
    isCut ? `<NextContinuationToken>+/page=${from + PAGE}</NextContinuationToken>` : '',
    '</ListBucketResult>',
  ].join('\n');
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const strict = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Whether a request has the signature (version 4) that these keys give it. */
function isSigned(
  { method = '', headers, url: target = '' }: IncomingMessage,
  url: URL,
  { id, secret, region }: NonNullable<BucketContent['keys']>,
): boolean {
  const given = /^AWS4-HMAC-SHA256 Credential=(.+), SignedHeaders=(.+), Signature=([0-9a-f]{64})$/;
  const [, credential = '', names = '', signature] = given.exec(headers.authorization ?? '') ?? [];
  const time = String(headers['x-amz-date']);
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  if (credential !== `${id}/${scope}` || !names.split(';').includes('host')) return false;
  const query = [...url.searchParams]
    .map((pair) => pair.map(strict))
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const [path = ''] = target.split('?');
  const canonical = [
    method,
    path
      .split('/')
      .map((name) => strict(decodeURIComponent(name)))
      .join('/'),
    query.map((pair) => pair.join('=')).join('&'),
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    names,
    headers['x-amz-content-sha256'],
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const key = scope.split('/').reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex') === signature;
}
