import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { type Source, startSource } from './source.js';

const COMMIT = 'c'.repeat(40);
/** Files at least so large have a sha256 on a hub, as with Git LFS. */
const LARGE = 1_000;

export interface HubContent {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Without it nothing is told. */
  readonly token?: string;
  /** Answers with this to everything. */
  readonly status?: number;
  /** Sends other bytes than it says. */
  readonly lies?: boolean;
  /** Has this file asked for, and sends nothing of it. */
  readonly stalls?: string | undefined;
}

/**
 * Stands in for huggingface.co: a repository's commit, the list of its files in pages of two, and the files with ranges.
 * `content` is asked at each request.
 */
export function startHub(content: (repository: string) => HubContent | undefined): Promise<Source> {
  return startSource((url, request, response, send) => {
    const path = decodeURIComponent(url.pathname);
    const [, ofApi, part] = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\//.exec(path) ?? [];
    const [, ofFile, file = ''] = /^\/([^/]+\/[^/]+)\/resolve\/c+\/(.*)$/.exec(path) ?? [];
    const repository = ofApi ?? ofFile ?? '';
    const found = content(repository);
    if (found?.status !== undefined) return refuse(response, found.status, 'Busy');
    if (found === undefined) return refuse(response, 404, 'RepoNotFound');
    if (found.token !== undefined && request.headers.authorization !== `Bearer ${found.token}`) {
      return refuse(response, 401, 'GatedRepo');
    }
    if (part === 'revision') {
      return json(response, { _id: '1', id: repository, sha: COMMIT, lastModified: '2026-01-01T00:00:00Z' });
    }
    if (part === 'tree') {
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const page = [...found.files].slice(from, from + 2).map(entryOf);
      url.searchParams.set('cursor', String(from + 2));
      if (from + 2 < found.files.size) response.setHeader('link', `<${url.href}>; rel="next"`);
      return json(response, page);
    }
    const body = found.files.get(file);
    if (body === undefined) return refuse(response, 404, 'EntryNotFound');
    if (found.stalls === file) return;
    return send(file, found.lies ? Buffer.from(body).reverse() : body);
  });
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'x-error-code': code, 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: code }));
}

function entryOf([path, body]: [string, Buffer]): object {
  const oid = createHash('sha1').update(`blob ${body.length}\0`).update(body).digest('hex');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return {
    type: 'file',
    path,
    size: body.length,
    oid,
    ...(body.length >= LARGE ? { lfs: { oid: sha256, size: body.length, pointerSize: 130 } } : {}),
  };
}
