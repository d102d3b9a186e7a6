import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT = 'c'.repeat(40);
/** Files at least so large have a sha256 on the hub, as with Git LFS. */
const LARGE = 1_000;

/** Stands for huggingface.co, which cannot be reached by tests: three of its routes, with ranges. */
export interface FakeHub {
  readonly url: string;
  /** Paths and first bytes of what was asked for. */
  readonly asked: readonly string[];
  /** Cuts the connection after so many bytes of a file, the next so many times. */
  cut(path: string, afterBytes: number, times: number): void;
  close(): Promise<void>;
}

export async function startFakeHub(repository: string, files: Map<string, Buffer>): Promise<FakeHub> {
  const asked: string[] = [];
  const cuts = new Map<string, { after: number; times: number }>();
  const json = (response: ServerResponse, body: unknown): void => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    const path = decodeURIComponent(pathname);
    if (path.startsWith(`/api/models/${repository}/revision/`)) {
      json(response, { _id: '1', id: repository, sha: COMMIT, lastModified: '2026-01-01T00:00:00Z' });
    } else if (path.startsWith(`/api/models/${repository}/tree/${COMMIT}`)) {
      json(response, [...files].map(entryOf));
    } else if (path.startsWith(`/${repository}/resolve/${COMMIT}/`)) {
      const name = path.slice(`/${repository}/resolve/${COMMIT}/`.length);
      send(name, files.get(name), request.headers.range, response);
    } else {
      response.statusCode = 404;
      response.setHeader('x-error-code', 'RepoNotFound');
      json(response, { error: 'Repository not found' });
    }
  });

  function send(
    name: string,
    body: Buffer | undefined,
    range: string | undefined,
    response: ServerResponse,
  ): void {
    if (body === undefined) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
      return;
    }
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const from = Number(first);
    const to = last === '' ? body.length - 1 : Math.min(Number(last), body.length - 1);
    if (to > 0 || from > 0) asked.push(`${name} ${from}`);
    response.writeHead(range === undefined ? 200 : 206, {
      etag: '"1"',
      'content-length': to - from + 1,
      'content-range': `bytes ${from}-${to}/${body.length}`,
    });
    const cut = cuts.get(name);
    if (cut === undefined || cut.times === 0 || to === 0) {
      response.end(body.subarray(from, to + 1));
      return;
    }
    cut.times -= 1;
    response.write(body.subarray(from, from + cut.after), () => response.destroy());
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    cut: (path, after, times) => void cuts.set(path, { after, times }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
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
