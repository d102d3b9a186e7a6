import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** What was asked of a pretender. */
export interface Asked {
  readonly method: string;
  /** Without the version of the API. */
  readonly path: string;
  readonly body: string;
  readonly bytes: Buffer;
}

type Answer = { status: number; body?: unknown };

/**
 * No engine: something that speaks as one does when it is asked what it is, and after that as a test tells it to. It runs nothing, and
 * is there to see what a node asks for, and what a node does when an engine is not as it should be.
 * @param answer null: the connection is cut; undefined: it stays open, and nothing comes
 */
export async function startPretender(info: object, answer: (asked: Asked) => Answer | null | undefined) {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-engine-'));
  const socket = join(dir, 'docker.sock');
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^\/v\d+\.\d+/, '');
    if (path === '/version' || path === '/info') {
      const body = path === '/info' ? { OSType: 'linux', ...info } : { Version: 'pretended' };
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(body));
    }
    const bytes = await buffer(request).catch(() => null);
    // Whoever asked has gone away.
    if (bytes === null) return;
    const one = { method: request.method ?? '', path, body: bytes.toString(), bytes };
    asked.push(one);
    const told = answer(one);
    if (told === undefined) return;
    if (told === null) return void request.socket.destroy();
    response.writeHead(told.status, { 'content-type': 'application/json' });
    response.end(told.body === undefined ? undefined : JSON.stringify(told.body));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Lists of what is left of earlier jobs: nothing. */
export function nothingLeft({ method, path }: Asked): Answer | undefined {
  if (method !== 'GET') return undefined;
  if (path.startsWith('/volumes')) return { status: 200, body: { Volumes: [] } };
  return /^\/(containers\/json|networks)\?/.test(path) ? { status: 200, body: [] } : undefined;
}

/** Asks for a container by its name. */
export const HOLDS_FILES = /[?&]name=[^&]*-files(?:&|$)/;
/** The container that holds a volume while it is filled. */
export const HOLDER = 'holder';

/** An engine on which every container ends at once, and well. */
export function allIsWell(asked: Asked): Answer {
  const { method, path } = asked;
  const left = nothingLeft(asked);
  if (left) return left;
  if (path.startsWith('/images/')) return { status: 200, body: { Id: 'sha256:image' } };
  if (/\/create(\?|$)/.test(path)) {
    const Id = HOLDS_FILES.test(path) ? HOLDER : 'made';
    return { status: 201, body: { Id, Name: 'made' } };
  }
  if (path.includes('/wait')) return { status: 200, body: { StatusCode: 0 } };
  if (method === 'PUT' && path.includes('/archive')) return { status: 200 };
  if (path.includes('/attach')) return { status: 200 };
  if (/^\/containers\/made\/json/.test(path)) {
    return {
      status: 200,
      body: { State: { ExitCode: 0 }, RestartCount: 0, NetworkSettings: { Ports: {}, Networks: {} } },
    };
  }
  return { status: method === 'DELETE' || path.includes('/st') ? 204 : 404, body: undefined };
}
