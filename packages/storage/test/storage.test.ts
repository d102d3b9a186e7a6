import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { CID } from 'multiformats/cid';
import { sha256 } from 'multiformats/hashes/sha2';
import { describe, expect, it } from 'vitest';
import { fileAddress } from '../src/content/address.js';
import { rawLeavesCid } from '../src/content/encode.js';
import {
  type ContentClientOptions,
  createContentClient,
  createDiskStore,
  createStorageServer,
  encodeJson,
} from '../src/index.js';
import { cleanups, pinJson as post, serve, temporaryDir } from './support.js';

async function serveRaw(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(url: string, options: Partial<ContentClientOptions> = {}) {
  const client = createContentClient({ gateways: [url], pinningUrl: url, allowPrivate: true, ...options });
  cleanups.push(() => client.close());
  return client;
}

describe('storage server', () => {
  it('pins and serves, and keeps what it was given over a restart', async () => {
    const dir = await temporaryDir();
    const value = { text: 'héllo', nested: [1, { a: null }] };
    const { cid, bytes } = await encodeJson(value);
    const first = await createStorageServer({ store: createDiskStore(dir) });
    const pinned = await (
      await post(first.url, { pinataContent: value, pinataMetadata: { name: 'x' } })
    ).json();
    expect(pinned).toMatchObject({ IpfsHash: cid, PinSize: bytes.length, isDuplicate: false });
    await first.close();

    const second = await createStorageServer({ store: createDiskStore(dir) });
    cleanups.push(() => second.close());
    expect(await (await post(second.url, { pinataContent: value })).json()).toEqual({
      IpfsHash: cid,
      PinSize: bytes.length,
      Timestamp: expect.any(String),
      isDuplicate: true,
    });
    const response = await fetch(`${second.url}/ipfs/${cid}`, { headers: { origin: 'http://example.org' } });
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toContain('immutable');
    const again = await fetch(`${second.url}/ipfs/${cid}`, { headers: { 'if-none-match': `"${cid}"` } });
    expect(again.status).toBe(304);
    expect(await readdir(join(dir, 'incoming'))).toEqual([]);
  });

  it('answers what it cannot do with JSON errors', async () => {
    const { url } = await serve({ maxBytes: 100 });
    const absent = await fetch(`${url}/ipfs/QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51`);
    expect(absent.status).toBe(404);
    expect(absent.headers.get('cache-control')).toBe('no-store');
    expect(await absent.json()).toMatchObject({ error: 'not_found' });
    const cases: [Promise<Response>, number, string][] = [
      [fetch(`${url}/ipfs/${encodeURIComponent('../../package.json')}`), 400, 'bad_cid'],
      [fetch(`${url}/nothing`), 404, 'not_found'],
      [post(url, '{'), 400, 'bad_request'],
      [post(url, '"text"'), 400, 'bad_request'],
      [post(url, 'null'), 400, 'bad_request'],
      [post(url, { pinataContent: undefined, pinataOptions: { cidVersion: 1 } }), 400, 'bad_request'],
      [post(url, { pinataContent: 1, pinataOptions: { cidVersion: 2 } }), 400, 'bad_request'],
      [post(url, { pinataContent: 'x'.repeat(200) }), 413, 'too_large'],
      [post(url, { pinataContent: 'x'.repeat(100_000) }), 413, 'too_large'],
    ];
    for (const [answer, status, error] of cases) {
      const response = await answer;
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ error, message: expect.any(String) });
    }
  });

  it('asks for its token, and does not leave loopback without one', async () => {
    const { url } = await serve({ token: 'secret' });
    expect((await post(url, { pinataContent: 1 })).status).toBe(401);
    expect((await post(url, { pinataContent: 1 }, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await post(url, { pinataContent: 1 }, { authorization: 'Bearer secret' })).status).toBe(200);
    await expect(clientOf(url).pinJson(2)).rejects.toMatchObject({ code: 'refused', retryable: false });
    await expect(clientOf(url, { token: 'secret' }).pinJson(2)).resolves.toBeDefined();
    await expect(serve({ host: '0.0.0.0' })).rejects.toThrow(/token/);
  });

  it('refuses to serve a file that was damaged on its disk', async () => {
    const errors: unknown[] = [];
    const { url, dir } = await serve({ onError: (error) => errors.push(error) });
    const { cid } = await clientOf(url).pinJson({ a: 1 });
    await writeFile(join(dir, 'objects', cid.slice(-2), cid), '{"a":2}');
    expect((await fetch(`${url}/ipfs/${cid}`)).status).toBe(500);
    expect(errors).toHaveLength(1);
  });
});

describe('content client', () => {
  it('pins and fetches back, also what spans several chunks', async () => {
    const { url } = await serve();
    const client = clientOf(url);
    const value = { rows: Array.from({ length: 40_000 }, (_, index) => `row ${index}`) };
    expect(JSON.stringify(value).length).toBeGreaterThan(262_144);
    const { cid, digest } = await client.pinJson(value);
    expect({ cid, digest }).toEqual({
      cid: (await encodeJson(value)).cid,
      digest: (await encodeJson(value)).digest,
    });
    expect(await client.fetchJson(cid)).toEqual(value);
  });

  it('believes no gateway, and takes the next one', async () => {
    const liar = await serveRaw((_, response) => response.end('{"a":2}'));
    const { url } = await serve();
    const { cid } = await clientOf(url).pinJson({ a: 1 });
    await expect(clientOf(liar).fetchJson(cid)).rejects.toMatchObject({
      code: 'digest_mismatch',
      retryable: false,
    });
    expect(await clientOf(liar, { gateways: [liar, `${url}/ipfs/`] }).fetchJson(cid)).toEqual({ a: 1 });
    await expect(clientOf(liar).pinJson({ a: 1 })).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('takes a long file also where its leaves were stored raw', async () => {
    const value = { logs: 'x'.repeat(600_000) };
    const text = JSON.stringify(value);
    const bytes = new TextEncoder().encode(text);
    const { key } = fileAddress(await rawLeavesCid(bytes));
    expect(key).not.toBe((await encodeJson(value)).cid);
    const gateway = await serveRaw((_, response) => response.end(text));
    expect(await clientOf(gateway).fetchJson(key)).toEqual(value);
    const liar = await serveRaw((_, response) => response.end(text.replace('x', 'y')));
    await expect(clientOf(liar).fetchJson(key)).rejects.toMatchObject({ code: 'digest_mismatch' });
  });

  it('says what went wrong', async () => {
    const { url } = await serve();
    const { cid } = await encodeJson('absent');
    await expect(clientOf(url).fetchJson(cid)).rejects.toMatchObject({ code: 'not_found', retryable: true });
    const { cid: large } = await clientOf(url).pinJson('x'.repeat(2_000));
    await expect(clientOf(url, { maxBytes: 1_000 }).fetchJson(large)).rejects.toMatchObject({
      code: 'too_large',
    });
    await expect(clientOf(url, { maxBytes: 1_000 }).pinJson('x'.repeat(2_000))).rejects.toMatchObject({
      code: 'too_large',
    });
    const silent = await serveRaw(() => undefined);
    await expect(clientOf(silent, { timeoutMs: 50 }).fetchJson(cid)).rejects.toMatchObject({
      code: 'timeout',
      retryable: true,
    });
    await expect(clientOf('http://127.0.0.1:1').fetchJson(cid)).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
    });
    const text = await serveRaw((_, response) => response.end('hello world\n'));
    await expect(
      clientOf(text).fetchJson('QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o'),
    ).rejects.toMatchObject({ code: 'not_json' });
    await expect(clientOf(text).fetchJson('nonsense')).rejects.toThrow(TypeError);
    const aborted = new Error('enough');
    await expect(clientOf(silent).fetchJson(cid, { signal: AbortSignal.abort(aborted) })).rejects.toBe(
      aborted,
    );
    expect(() => clientOf('file:///etc/passwd')).toThrow(/http/);
  });

  it('fetches single blocks, and believes them by their own digest only', async () => {
    const block = Buffer.from('a block');
    const cid = CID.createV1(0x55, await sha256.digest(block)).toString();
    const asked: string[] = [];
    const gateway = await serveRaw((request, response) => {
      asked.push(`${request.url} ${request.headers.accept}`);
      response.end(block);
    });
    const client = clientOf(gateway);
    expect(Buffer.from(await client.fetchBlock(cid)).equals(block)).toBe(true);
    expect(asked).toEqual([`/ipfs/${cid}?format=raw application/vnd.ipld.raw`]);
    const other = CID.createV1(0x70, await sha256.digest(Buffer.from('another')));
    for (const name of [other.toString(), other.toV0().toString()]) {
      await expect(client.fetchBlock(name)).rejects.toMatchObject({
        code: 'digest_mismatch',
        retryable: false,
      });
    }
    await expect(client.fetchBlock(CID.createV1(0x71, other.multihash).toString())).rejects.toThrow(
      TypeError,
    );
    const endless = await serveRaw((_, response) => void response.end(Buffer.alloc(5 * 1024 * 1024)));
    await expect(clientOf(endless).fetchBlock(cid)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('keeps off private addresses, also behind names and redirects', async () => {
    const { url } = await serve();
    const { cid } = await clientOf(url).pinJson({ a: 1 });
    for (const host of [
      url,
      url.replace('127.0.0.1', 'localhost'),
      'http://169.254.169.254',
      'http://[::ffff:10.0.0.1]',
      'http://[::1]:8901',
      'http://0x7f.1',
    ]) {
      const guarded = clientOf(host, { allowPrivate: false });
      await expect(guarded.fetchJson(cid), host).rejects.toMatchObject({ code: 'refused', retryable: false });
    }
  });
});
