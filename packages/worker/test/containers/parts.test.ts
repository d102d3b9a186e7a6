import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { Readable } from 'node:stream';

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';

import { exposedPorts, type HealthCheck } from '../../src/containers/exposed-ports.js';
import { watchHealth } from '../../src/containers/health.js';
import { fullReference, isListed } from '../../src/containers/image-reference.js';
import { type LogLine, linesOf } from '../../src/containers/log-frames.js';
import { createLogTail } from '../../src/containers/log-tail.js';
import { createResultFinder } from '../../src/containers/result-patterns.js';
import { parseStart } from '../../src/options.js';
import { until } from '../support/network.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const digest = `sha256:${'a'.repeat(64)}`;

describe('the reference of an image', () => {
  it.each([
    ['ubuntu', 'docker.io/library/ubuntu:latest'],
    ['ollama/ollama:0.6', 'docker.io/ollama/ollama:0.6'],
    ['docker.io/ubuntu', 'docker.io/library/ubuntu:latest'],
    ['ghcr.io/a/b/c:1', 'ghcr.io/a/b/c:1'],
    ['localhost/x', 'localhost/x:latest'],
    ['host:5000/x:1', 'host:5000/x:1'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
    [`nginx:1@${digest}`, `docker.io/library/nginx:1@${digest}`],
    ['', null],
    ['Ubuntu', null],
    ['a//b', null],
    ['../etc/passwd', null],
    ['a b', null],
    ['a:b:c', null],
    ['x\n', null],
    ['a'.repeat(501), null],
  ])('%j is %j', (image, full) => {
    expect(fullReference(image)).toBe(full);
  });

  it.each([
    ['ubuntu', 'ubuntu', true],
    ['ubuntu', 'ubuntu:22.04', true],
    ['ubuntu:22.04', 'ubuntu:24.04', false],
    ['ubuntu', 'ubuntux', false],
    ['ubuntu', 'evil/ubuntu', false],
    ['ollama/*', 'ollama/ollama:1', true],
    ['ollama/*', 'docker.io/ollama/ollama', true],
    ['ollama/*', 'evil.io/ollama/ollama', false],
    ['ghcr.io/acme/*', 'ghcr.io/acme/deep/image:1', true],
    ['ghcr.io/acme/*', 'ghcrxio/acme/image', false],
    ['*', 'evil.io/anything:1', true],
    [`nginx@${digest}`, `nginx@${digest}`, true],
    ['nginx', `nginx@${digest}`, true],
  ])('the pattern %j for %j: %j', (pattern, image, expected) => {
    expect(isListed(fullReference(image) ?? '', ['never/this', pattern])).toBe(expected);
  });

  it('is never taken for a pattern’s of another registry', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,5}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), part, (path, host) => {
        const image = fullReference(`${host}.io/${path.join('/')}`);
        expect(isListed(image ?? '', [path.join('/'), `${path[0]}/*`])).toBe(
          image?.startsWith('docker.io/') ?? false,
        );
      }),
    );
  });
});

describe('the settings of containers', () => {
  const needed = ['--keypair', 'k', '--market', 'GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh'];
  needed.push('--rpc', 'http://a', '--pinning', 'http://a', '--gateway', 'http://a');
  const parse = (...argv: string[]) => parseStart([...needed, ...argv]).containers;

  it('run none unless an engine is named, and then leave the machine what it needs', () => {
    expect(parse('--container-image', 'x')).toBeUndefined();
    expect(parse('--docker', 'unix:///run/docker.sock')).toEqual({
      socket: '/run/docker.sock',
      policy: {
        images: [],
        memoryBytes: Math.floor(totalmem() / 2),
        cpus: Math.max(availableParallelism() - 1, 1),
        pids: 2048,
        gpus: false,
        offline: false,
        readOnly: false,
        resources: {
          jobBytes: 64 * 2 ** 30,
          cacheBytes: 128 * 2 ** 30,
          hosts: [],
          allowPrivate: false,
          hubUrl: 'https://huggingface.co',
          ollamaUrl: 'https://registry.ollama.ai',
        },
        runtime: undefined,
      },
    });
    const limits = ['--container-memory', '0.5', '--container-cpus', '2', '--container-pids', '9'];
    expect(parse('--docker', '/d.sock', ...limits, '--container-offline', '--container-gpus')).toMatchObject({
      policy: { memoryBytes: 2 ** 29, cpus: 2, pids: 9, offline: true, gpus: true },
    });
    const sources = ['--container-source', '*.amazonaws.com', '--container-hub', 'https://mirror.example'];
    expect(parse('--docker', '/d.sock', '--container-resources', '0.5', ...sources)).toMatchObject({
      policy: {
        resources: {
          jobBytes: 2 ** 29,
          cacheBytes: 2 ** 30,
          hosts: ['*.amazonaws.com'],
          hubUrl: 'https://mirror.example',
        },
      },
    });
  });

  it.each([
    [['--docker', 'tcp://1.2.3.4:2375'], /--docker must be the path of a Unix socket/],
    [['--docker', '/d.sock', '--container-pids', '0'], /--container-pids must be a whole number/],
    [['--docker', '/d.sock', '--container-memory', '0'], /--container-memory must be a number from/],
    [
      ['--docker', '/d.sock', '--container-source', 'https://x'],
      /--container-source\[0\] must be the name of a host/,
    ],
    [
      ['--docker', '/d.sock', '--container-cache', '1'],
      /container-cache must be at least as much as container-resources/,
    ],
  ])('refuse %j', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});

describe('exposed ports', () => {
  const check: HealthCheck = {
    type: 'http',
    path: '/',
    method: 'GET',
    expected_status: 200,
    continuous: true,
  };
  it.each([
    [undefined, []],
    [80, [{ port: 80, checks: [] }]],
    [{ port: 80 }, []],
    [
      [80, { port: 81, health_checks: [check] }],
      [
        { port: 80, checks: [] },
        { port: 81, checks: [check] },
      ],
    ],
  ])('%j', (expose, ports) => {
    expect(exposedPorts(expose, '$', 10)).toEqual({ ok: true, ports });
  });
  it.each([
    [0, /^\$: /],
    ['a', /^\$: /],
    [Array.from({ length: 11 }, (_, index) => index + 1), /^\$\[10\]: more than 10 ports/],
    [[80, { port: -1 }], /^\$\[1\]: /],
  ])('%j is none', (expose, message) => {
    const read = exposedPorts(expose, '$', 10);
    expect(read.ok ? '' : read.message).toMatch(message);
  });
});

/** What the engine sends for what is written on a stream. */
function frame(stream: 1 | 2, bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

async function linesIn(chunks: readonly Buffer[]): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const some of linesOf(Readable.from(chunks))) lines.push(...some);
  return lines;
}

describe('a container’s log', () => {
  it('is the same lines however it is cut into writes, frames and chunks', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ü', '€', '😀', '\n', ' '), maxLength: 40 });
    const cuts = fc.array(fc.nat({ max: 30 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(text, text, cuts, cuts, async (out, err, frames, chunks) => {
        const cut = (bytes: Buffer, sizes: readonly number[]) => {
          const parts: Buffer[] = [];
          let at = 0;
          for (const size of sizes) {
            parts.push(bytes.subarray(at, at + size));
            at += size;
          }
          return [...parts, bytes.subarray(at)];
        };
        const sent = Buffer.concat([
          ...cut(Buffer.from(out), frames).map((part) => frame(1, part)),
          ...cut(Buffer.from(err), frames).map((part) => frame(2, part)),
        ]);
        const lines = await linesIn(cut(sent, chunks));
        const of = (type: string) => lines.filter((line) => line.type === type).map((line) => line.text);
        const expected = (whole: string) => {
          const parts = whole.split('\n');
          return parts.at(-1) === '' ? parts.slice(0, -1) : parts;
        };
        expect(of('stdout')).toEqual(expected(out));
        expect(of('stderr')).toEqual(expected(err));
      }),
    );
  });

  it('never keeps a whole line without an end', async () => {
    const chunks = Array.from({ length: 64 }, () => frame(1, Buffer.alloc(65_536, 'x')));
    const lines = await linesIn(chunks);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBe(16_384);
    expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBe(64 * 65_536);
  });

  it('keeps its last lines, up to a number and a length', () => {
    const many = createLogTail(10_000_000);
    for (let index = 0; index < 60_000; index++) many.add('stdout', String(index));
    expect(many.lines()).toHaveLength(24_999);
    expect(many.lines().at(-1)?.log).toBe('59999\n');
    const long = createLogTail(100);
    for (let index = 0; index < 50; index++) long.add('stdout', 'x'.repeat(9));
    expect(long.lines()).toHaveLength(10);
    long.add('stderr', 'y'.repeat(500));
    expect(long.lines().map(({ type }) => type)).toEqual(['stderr']);
  });
});

describe('results in a log', () => {
  const finderOf = (results: object) => {
    const created = createResultFinder(results as never, '$.results');
    if (!created.ok) throw new Error(created.message);
    return created.finder;
  };
  it('are each match and its groups, of the streams that are asked for', () => {
    const finder = finderOf({ n: 'n=(\\d)(x)?', e: { regex: '.+', logType: ['stderr'] } });
    finder.look([
      { type: 'stdout', text: 'n=1' },
      { type: 'stderr', text: 'n=2x' },
    ]);
    expect(finder.found()).toEqual({ n: ['n=1', '1', 'n=2x', '2', 'x'], e: ['n=2x'] });
    expect(finderOf({}).found()).toBeUndefined();
  });

  it('are given up where an expression takes for ever, and the node goes on', () => {
    const finder = finderOf({ a: '^ok', slow: '^(a+)+$' });
    const begun = performance.now();
    finder.look([
      { type: 'stdout', text: 'ok' },
      { type: 'stdout', text: `${'a'.repeat(60)}b` },
    ]);
    finder.look([{ type: 'stdout', text: 'ok' }]);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(finder.gaveUp()).toMatch(/^\$\.results\["slow"\]: takes more than/);
    expect(finder.found()).toEqual({ a: ['ok'], slow: [] });
  });

  it('do not grow without end', () => {
    const finder = finderOf({ all: '.*' });
    for (let round = 0; round < 100; round++) finder.look([{ type: 'stdout', text: 'x'.repeat(16_000) }]);
    expect(finder.found()?.all?.join('').length).toBeLessThanOrEqual(262_144);
  });
});

describe('health checks', () => {
  const times = { untilPassedMs: 20, afterwardsMs: 20, attemptMs: 2_000 };
  const http: HealthCheck = {
    type: 'http',
    path: '/up',
    method: 'POST',
    expected_status: 204,
    body: { a: 1 },
    continuous: true,
  };

  /** A server whose answers a test decides, and what is asked of it. */
  async function startServer() {
    const asked: string[] = [];
    let status = 503;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        asked.push(`${request.method} ${request.url} ${body}`);
        // A redirect must not be followed to another machine.
        response.writeHead(status, { location: 'http://127.0.0.1:1/' });
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    cleanups.push(() => server.closeAllConnections());
    const { port } = server.address() as AddressInfo;
    return {
      server,
      asked,
      address: { host: '127.0.0.1', port },
      answer: (next: number) => {
        status = next;
      },
    };
  }

  function watch(checks: readonly HealthCheck[], address: { host: string; port: number }) {
    const seen: string[] = [];
    const stop = new AbortController();
    cleanups.push(() => stop.abort());
    let healthy = 0;
    watchHealth(
      [{ port: 80, checks }],
      () => address,
      () => {
        healthy += 1;
      },
      (port, state) => seen.push(`${port} ${state}`),
      stop.signal,
      times,
    );
    return { seen, healthy: () => healthy, stop };
  }

  it('pass with the status that is expected, and go on where they are continuous', async () => {
    const { asked, address, answer } = await startServer();
    const { seen, healthy } = watch([http], address);
    await until('two attempts', () => asked.length >= 2);
    expect([healthy(), seen]).toEqual([0, []]);
    answer(302);
    const before = asked.length;
    await until('two more attempts', () => asked.length >= before + 2);
    expect(healthy()).toBe(0);
    answer(204);
    await until('the port to be healthy', () => healthy() === 1);
    answer(500);
    await until('the port to be unhealthy', () => seen.length === 2);
    expect(seen).toEqual(['80 ONLINE', '80 OFFLINE']);
    expect(healthy()).toBe(1);
    expect(asked[0]).toBe('POST /up {"a":1}');
  });

  it('of a websocket pass with the message that is expected; all have to pass once', async () => {
    const { server, address, answer } = await startServer();
    const sockets = new WebSocketServer({ server });
    cleanups.push(() => sockets.close());
    let greeting = 'wrong';
    sockets.on('connection', (socket) => socket.send(greeting));
    const socket: HealthCheck = { type: 'websocket', expected_response: 'hello', continuous: false };
    const { seen, healthy } = watch([socket, { ...http, continuous: false }], address);
    answer(204);
    await until('the one to pass', () => seen.length === 1);
    expect(healthy()).toBe(0);
    greeting = 'hello';
    await until('both to pass', () => healthy() === 1);
    expect(seen).toEqual(['80 ONLINE', '80 ONLINE']);
  });

  it.each(['//127.0.0.1:1/x', 'http://127.0.0.1:1/x', '/a b', '\r\n'])(
    'with the path %j ask nobody else',
    async (path) => {
      const { asked, address, answer } = await startServer();
      answer(204);
      const { stop, healthy } = watch([{ ...http, path, body: undefined }], address);
      if (/\s/.test(path)) {
        await new Promise((resolve) => setImmediate(resolve));
        expect([healthy(), asked]).toEqual([0, []]);
      } else {
        await until('it to be asked', () => asked.length > 0);
        expect(asked[0]).toBe(`POST ${path.startsWith('/') ? path : `/${path}`} `);
      }
      stop.abort();
    },
  );
});
