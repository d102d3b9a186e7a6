import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { createGuardedFetch } from '@inferscan/storage/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RunArgs } from '../../../src/containers/container-config.js';
import { checkedFiles, objectionTo } from '../../../src/containers/resources/file-names.js';
import { keyOf, type Listing, type SourceFile } from '../../../src/containers/resources/listing.js';
import { requestsOf } from '../../../src/containers/resources/resource-args.js';
import { askSource, type SourceAccess } from '../../../src/containers/resources/source-request.js';
import { tarOf } from '../../../src/containers/resources/tar.js';
import { wholeFile } from '../../../src/containers/resources/whole-file.js';

const signal = new AbortController().signal;

describe('names of files', () => {
  it.each([
    ['../etc/passwd', 'it leads elsewhere'],
    ['a/../../b', 'it leads elsewhere'],
    ['/etc/passwd', 'it leads elsewhere'],
    ['a//b', 'it leads elsewhere'],
    ['./a', 'it leads elsewhere'],
    ['', 'it leads elsewhere'],
    ['a\\..\\b', 'it has characters that names of files may not have'],
    ['a\u0000', 'it has characters that names of files may not have'],
    ['a\nb', 'it has characters that names of files may not have'],
    ['é'.repeat(128), 'it is too long'],
    [`${'a/'.repeat(600)}b`, 'it is too long'],
    [`${'a/'.repeat(40)}b`, 'it lies too deep'],
    ['a b/ü (1)/…', null],
    ['..a/b..', null],
  ])('such as %j: %j', (name, objection) => {
    expect(objectionTo(name)).toBe(objection);
  });

  it('are each of one file, which is no folder, and in order', () => {
    const files = (...paths: string[]) => paths.map((path) => ({ path, bytes: 1 }));
    expect(checkedFiles(files('b', 'a/c', 'a/b'), '$')).toEqual(files('a/b', 'a/c', 'b'));
    expect(() => checkedFiles(files('a', 'a'), '$')).toThrow('$: two files are called "a"');
    expect(() => checkedFiles(files('a/b/c', 'a/b'), '$')).toThrow('$: "a/b" is both a file and a folder');
    expect(() => checkedFiles(files('../x'), '$')).toThrow('$: a file is called "../x": it leads elsewhere');
    expect(() => checkedFiles([{ path: 'a', bytes: Number.NaN }], '$')).toThrow('how large "a" is');
    expect(() => checkedFiles(files(...Array.from({ length: 10_001 }, (_, n) => `f${n}`)), '$')).toThrow(
      '$: it has more than 10000 files',
    );
  });
});

describe('an archive', () => {
  const name = fc.stringMatching(/^[a-zäß. -]{1,60}$/).filter((text) => !/^\.\.?$|^-/.test(text));
  const path = fc.array(name, { minLength: 1, maxLength: 6 }).map((names) => names.join('/'));
  const files = fc
    .uniqueArray(fc.record({ path, body: fc.uint8Array({ maxLength: 1_200 }) }), {
      selector: (file) => file.path,
      maxLength: 5,
    })
    .filter((all) => all.every(({ path: one }) => !all.some((other) => other.path.startsWith(`${one}/`))));

  it('is what the system unpacks, name by name and byte by byte', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        const packed = await buffer(
          tarOf(
            all.map(({ path, body }) => ({
              path,
              bytes: body.length,
              content: async function* () {
                yield body;
              },
            })),
            1_800_000_000_000,
          ),
        );
        const list = spawnSync('tar', ['-tf', '-', '--quoting-style=literal'], { input: packed });
        expect(String(list.stderr)).toBe('');
        const listed = String(list.stdout)
          .split('\n')
          .filter((line) => !/^$|\/$/.test(line));
        expect(listed).toEqual(all.map((file) => file.path));
        for (const { path, body } of all) {
          const { stdout } = spawnSync('tar', ['-xOf', '-', path], { input: packed });
          expect(Buffer.compare(stdout, Buffer.from(body))).toBe(0);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('says how large a file of more than 8 GiB is', async () => {
    const bytes = 9 * 2 ** 30;
    const parts: Uint8Array[] = [];
    const content = (): AsyncIterable<Uint8Array> => {
      throw new Error('far enough');
    };
    await expect(
      (async () => {
        for await (const part of tarOf([{ path: 'large', bytes, content }], 0)) parts.push(part);
      })(),
    ).rejects.toThrow('far enough');
    const { stdout } = spawnSync('tar', ['-tvf', '-'], { input: Buffer.concat(parts) });
    expect(String(stdout)).toContain(` ${bytes} `);
  });

  it('is not finished over a file that is shorter or longer than said', async () => {
    const one = {
      path: 'a',
      bytes: 3,
      content: async function* () {
        yield Buffer.from('ab');
      },
    };
    await expect(buffer(tarOf([one], 0))).rejects.toThrow('a: 2 bytes instead of 3');
  });
});

describe('a file', () => {
  const file = (change: Partial<SourceFile>): SourceFile => ({
    path: 'f',
    bytes: 6,
    open: async (from) => ({ from, body: [Buffer.from('abcdef').subarray(from)] as never }),
    ...change,
  });
  const read = (one: SourceFile) => buffer(wholeFile(one, signal, () => undefined)).then(String);
  async function* broken(body: string) {
    yield Buffer.from(body);
    throw new Error('cut');
  }

  it('goes on where it broke, also from a source that begins anew', async () => {
    const opened: number[] = [];
    const open: SourceFile['open'] = async (from) => {
      opened.push(from);
      if (from === 0) return { from, body: broken('ab') };
      if (from === 2) return { from: 0, body: broken('abcd') };
      return { from, body: broken('ef') };
    };
    expect(await read(file({ open }))).toBe('abcdef');
    expect(opened).toEqual([0, 2, 4]);
  });

  it('is given up when nothing more of it comes', async () => {
    const open: SourceFile['open'] = async (from) => ({ from, body: broken('') });
    await expect(read(file({ open }))).rejects.toThrow(
      'f: 0 of 6 bytes came, then the connection was closed (cut)',
    );
  });

  it('is not longer than said, nor other than its digest', async () => {
    await expect(read(file({ bytes: 5 }))).rejects.toThrow('f: more comes than the 5 bytes it has');
    const wrong = { kind: 'sha256', hex: '0'.repeat(64) } as const;
    await expect(read(file({ digest: wrong }))).rejects.toThrow('f: what comes is not what its source says');
    const open: SourceFile['open'] = async (from) => ({ from, body: broken('abcdef'), digest: wrong });
    await expect(read(file({ open }))).rejects.toThrow('f: what comes is not what its source says');
  });
});

describe('what is kept', () => {
  const listing = (change: Partial<Listing> = {}): Listing => ({
    name: 'a/b@c',
    credential: null,
    files: [{ path: 'f', bytes: 1, digest: { kind: 'sha256', hex: 'ab' }, open: () => Promise.reject() }],
    ...change,
  });

  it('is kept by content, and for whoever may have it', () => {
    expect(keyOf(listing())).toBe(keyOf(listing()));
    const [file] = listing().files;
    const others = [
      listing({ credential: 'hf_x' }),
      listing({ credential: 'hf_y' }),
      listing({ credential: '' }),
      listing({ files: [] }),
      listing({ files: file ? [{ ...file, version: '2' }] : [] }),
      listing({ files: file ? [{ ...file, digest: { kind: 'git', hex: 'ab' } }] : [] }),
    ];
    expect(new Set([listing(), ...others].map(keyOf)).size).toBe(others.length + 1);
    expect(keyOf(listing({ credential: 'hf_x' }))).not.toContain('hf_x');
  });
});

describe('where a resource belongs', () => {
  const args = (resources: unknown[], volumes: object[] = []): RunArgs =>
    ({ image: 'x', resources, volumes }) as unknown as RunArgs;
  const hf = (target: unknown) => ({ type: 'HF', repo: 'a/b', target });

  it.each([
    '',
    '/',
    '//',
    '/.',
    'models',
    './models',
    '/a/../..',
    '/a/..',
    '/..',
    '/a\u0000b',
    '/a\nb',
    '/proc',
    '//proc/self',
    '/./sys',
    '/dev/',
  ])('is no folder: %j', (target) => {
    expect(() => requestsOf(args([hf(target)]), '$')).toThrow('$.resources[0].target: expected the path');
  });

  it('is a folder where nothing else is', () => {
    const found = requestsOf(args([hf('/models/'), { type: 'Ollama', model: 'x' }]), '$');
    expect(found.map(({ target }) => target)).toEqual(['/models', '/root/.ollama/models']);
    expect(() => requestsOf(args([hf('/m'), hf('//m/./')]), '$')).toThrow('$.resources[1].target: something');
    expect(() => requestsOf(args([hf('/m')], [{ name: 'v', dest: '/m/' }]), '$')).toThrow('something else');
    for (const [one, other] of [
      ['/m', '/m/sub'],
      ['/m/sub', '/m'],
    ]) {
      expect(() => requestsOf(args([hf(one), hf(other)]), '$')).toThrow('$.resources[1].target: it overlaps');
    }
    expect(requestsOf(args([hf('/m'), hf('/m2'), hf('/process')]), '$')).toHaveLength(3);
    expect(() => requestsOf(args(['__remove-if-empty__']), '$')).toThrow(
      '$.resources[0]: expected a resource',
    );
    expect(() => requestsOf(args(Array.from({ length: 33 }, (_, n) => hf(`/m${n}`))), '$')).toThrow(
      'more than 32',
    );
  });
});

describe('a source', () => {
  const access = (fetch: typeof globalThis.fetch, change: Partial<SourceAccess> = {}): SourceAccess => ({
    fetch,
    pauseMs: 1,
    allowPrivate: false,
    hosts: [],
    ...change,
  });
  const ask = (url: string, one: SourceAccess) => askSource(one, { url: new URL(url), path: '$' }, signal);
  const never: typeof fetch = () => Promise.reject(new Error('asked'));

  it.each([
    ['http://example.com/', {}, '$: expected an address with https://'],
    ['file:///etc/passwd', { allowPrivate: true }, '$: expected an address with https://'],
    ['https://user:secret@example.com/', {}, '$: expected an address without a login'],
    [
      'https://evil.example.com/',
      { hosts: ['huggingface.co'] },
      '$: this node fetches nothing from evil.example.com',
    ],
    [
      'https://amazonaws.com/',
      { hosts: ['*.amazonaws.com'] },
      '$: this node fetches nothing from amazonaws.com',
    ],
  ])('%s is not asked', async (url, change, message) => {
    await expect(ask(url, access(never, change))).rejects.toThrow(message);
  });

  it('in a private network is not reached, nor by a redirect', async () => {
    const asked: string[] = [];
    const server = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(302, { location: '/secret' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const guarded = createGuardedFetch({ allowPrivate: false });
    try {
      // A public host whose answer leads back to this machine.
      const redirecting: typeof fetch = (_, init) => guarded.fetch(`http://127.0.0.1:${port}/`, init);
      for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', '10.0.0.1', 'localhost']) {
        await expect(ask(`https://${host}:${port}/`, access(guarded.fetch))).rejects.toThrow(
          `$: ${host}:${port} is not on the public internet`,
        );
      }
      await expect(ask('https://example.com/', access(redirecting))).rejects.toThrow('is not on the public');
      expect(asked).toEqual([]);
    } finally {
      await guarded.close();
      server.close();
    }
  });

  it('is asked again where it is in trouble, and not where it refuses', async () => {
    const statuses = [503, 429, 200, 403];
    const answering: typeof fetch = async () => new Response('x', { status: statuses.shift() ?? 0 });
    expect((await ask('https://example.com/', access(answering))).status).toBe(200);
    await expect(ask('https://example.com/', access(answering))).rejects.toMatchObject({
      message: '$: example.com answers 403',
      status: 403,
    });
    expect(statuses).toEqual([]);
    await expect(ask('https://example.com/', access(never))).rejects.toThrow(
      '$: example.com cannot be reached (asked)',
    );
  });
});
