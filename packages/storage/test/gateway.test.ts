import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createDiskStore, encodeBytes } from '../src/index.js';
import { pinFile, pinJson, pinned, serve, temporaryDir } from './support.js';

/** "hello\n", as `ipfs add`, the same block by version 1, and as `ipfs add --cid-version=1`. */
const HELLO = new TextEncoder().encode('hello\n');
const HELLO_V0 = 'QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN';
const HELLO_V0_AS_V1 = 'bafybeiffndsajwhk3lwjewwdxqntmjm4b5wxaaanokonsggenkbw6slwk4';
const HELLO_V1 = 'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am';

const pattern = (size: number) =>
  Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 255);
const bodyOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('gateway', () => {
  it('serves one content under the addresses of both versions', async () => {
    const { url } = await serve();
    expect((await pinFile(url, HELLO)).status).toBe(200);
    for (const cid of [HELLO_V0, HELLO_V0_AS_V1, HELLO_V1]) {
      const response = await fetch(`${url}/ipfs/${cid}`);
      expect(response.status, cid).toBe(200);
      expect(response.headers.get('etag')).toBe(`"${cid}"`);
      expect(await response.text()).toBe('hello\n');
    }
  });

  it('serves byte ranges of a file over several blocks', async () => {
    const bytes = pattern(600_000);
    const { url } = await serve();
    const { IpfsHash: cid } = await pinned(pinFile(url, bytes));
    const at = (range: string, headers = {}) =>
      fetch(`${url}/ipfs/${cid}`, { headers: { range, ...headers } });
    const cases: [string, number, number][] = [
      ['bytes=0-0', 0, 1],
      ['bytes=262143-262144', 262_143, 262_145],
      ['bytes=599999-', 599_999, 600_000],
      ['bytes=500000-9999999', 500_000, 600_000],
      ['bytes=-10', 599_990, 600_000],
      ['bytes=0-1,2-3', 0, 4],
    ];
    for (const [range, start, end] of cases) {
      const response = await at(range);
      expect(response.status, range).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/600000`);
      expect(response.headers.get('content-length')).toBe(String(end - start));
      expect((await bodyOf(response)).equals(bytes.subarray(start, end)), range).toBe(true);
    }
    const beyond = await at('bytes=600000-');
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe('bytes */600000');
    expect(beyond.headers.get('etag')).toBeNull();
    expect(await beyond.json()).toMatchObject({ error: 'bad_range' });
    // Ranges that a server may ignore: malformed, of another unit, scattered, or of other content.
    for (const [range, headers] of [
      ['bytes', {}],
      ['lines=1-2', {}],
      ['bytes=0-1,100-200', {}],
      ['bytes=0-1', { 'if-range': '"other"' }],
    ] as const) {
      const response = await at(range, headers);
      expect(response.status, range).toBe(200);
      expect((await bodyOf(response)).equals(bytes), range).toBe(true);
    }
    expect((await at('bytes=0-1', { 'if-range': `"${cid}"` })).status).toBe(206);
  });

  it('cuts any range as an array is cut', async () => {
    const bytes = pattern(1_000);
    const { url } = await serve();
    const { IpfsHash: cid } = await pinned(pinFile(url, bytes));
    await fc.assert(
      fc.asyncProperty(fc.nat(1_200), fc.nat(1_200), async (start, length) => {
        const range = `bytes=${start}-${start + length}`;
        const response = await fetch(`${url}/ipfs/${cid}`, { headers: { range } });
        expect(response.status).toBe(start < bytes.length ? 206 : 416);
        const body = await bodyOf(response);
        if (start < bytes.length) expect(body.equals(bytes.subarray(start, start + length + 1))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('answers HEAD as GET, without the body', async () => {
    const { url } = await serve();
    await pinFile(url, HELLO);
    const head = await fetch(`${url}/ipfs/${HELLO_V0}`, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('6');
    expect(head.headers.get('accept-ranges')).toBe('bytes');
    expect(head.headers.get('etag')).toBe(`"${HELLO_V0}"`);
    expect(head.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await head.text()).toBe('');
    const absent = 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51';
    expect((await fetch(`${url}/ipfs/${absent}`, { method: 'HEAD' })).status).toBe(404);
  });

  it('sends nothing again that a client has', async () => {
    const { url } = await serve();
    await pinFile(url, HELLO);
    const status = async (tags: string, cid = HELLO_V0) => {
      const response = await fetch(`${url}/ipfs/${cid}`, { headers: { 'if-none-match': tags } });
      if (response.status === 304) {
        expect(await response.text()).toBe('');
        expect(response.headers.get('etag')).toBe(`"${cid}"`);
        expect(response.headers.get('cache-control')).toContain('immutable');
      }
      return response.status;
    };
    expect(await status(`"${HELLO_V0}"`)).toBe(304);
    expect(await status(`W/"${HELLO_V0}"`)).toBe(304);
    expect(await status(`"other", "${HELLO_V0}"`)).toBe(304);
    expect(await status('*')).toBe(304);
    expect(await status(`"${HELLO_V1}"`, HELLO_V1)).toBe(304);
    expect(await status('"other"')).toBe(200);
    expect(await status(HELLO_V0)).toBe(200);
  });

  it('never serves a damaged file, in whole or in part, and is mended by pinning again', async () => {
    const bytes = pattern(300_000);
    const errors: unknown[] = [];
    const { url, dir } = await serve({ onError: (error) => errors.push(error) });
    const { IpfsHash: cid } = await pinned(pinFile(url, bytes));
    const { IpfsHash: v1 } = await pinned(pinFile(url, bytes, { pinataOptions: { cidVersion: 1 } }));
    const path = join(dir, 'objects', cid.slice(-2), cid);
    const damaged = await readFile(path);
    damaged[299_999] = (damaged[299_999] ?? 0) ^ 1;
    await writeFile(path, damaged);
    const requests: [string, RequestInit][] = [
      [cid, {}],
      [v1, {}],
      [cid, { headers: { range: 'bytes=0-9' } }],
      [cid, { headers: { 'if-none-match': `"${cid}"` } }],
    ];
    for (const [name, init] of requests) {
      const response = await fetch(`${url}/ipfs/${name}`, init);
      expect(response.status).toBe(500);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('etag')).toBeNull();
      expect(await response.json()).toMatchObject({
        error: 'corrupt',
        message: expect.stringContaining(name),
      });
    }
    expect((await fetch(`${url}/ipfs/${cid}`, { method: 'HEAD' })).status).toBe(500);
    expect(errors).toHaveLength(requests.length + 1);

    expect(await pinned(pinFile(url, bytes))).toMatchObject({ IpfsHash: cid, isDuplicate: false });
    expect((await bodyOf(await fetch(`${url}/ipfs/${cid}`))).equals(bytes)).toBe(true);
  });

  it('follows no damaged alias, neither to other content nor out of its directory', async () => {
    const errors: unknown[] = [];
    const { url, dir } = await serve({ onError: (error) => errors.push(error) });
    await pinFile(url, HELLO);
    const other = await pinned(pinJson(url, { pinataContent: 'other' }));
    const alias = join(dir, 'aliases', HELLO_V1.slice(-2), HELLO_V1);
    expect(await readFile(alias, 'utf8')).toBe(HELLO_V0);
    for (const text of [other.IpfsHash, '../../../../etc/hostname', '']) {
      await writeFile(alias, text);
      const response = await fetch(`${url}/ipfs/${HELLO_V1}`);
      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({ error: 'corrupt' });
    }
    expect(errors).toHaveLength(3);
    await pinFile(url, HELLO);
    expect(await (await fetch(`${url}/ipfs/${HELLO_V1}`)).text()).toBe('hello\n');
  });

  it('serves the folders of earlier versions, which know version 0 alone', async () => {
    const dir = await temporaryDir();
    const { cid } = await encodeBytes(HELLO);
    const store = createDiskStore(dir);
    await store.put(HELLO);
    await rm(join(dir, 'aliases'), { recursive: true });
    expect(await readdir(dir)).toEqual(['incoming', 'objects']);

    const { url } = await serve({ dir });
    expect(await (await fetch(`${url}/ipfs/${cid}`)).text()).toBe('hello\n');
    expect((await fetch(`${url}/ipfs/${HELLO_V1}`)).status).toBe(404);
    expect(await pinned(pinFile(url, HELLO))).toMatchObject({ IpfsHash: cid, isDuplicate: true });
    expect((await fetch(`${url}/ipfs/${HELLO_V1}`)).status).toBe(200);
    expect((await fetch(`${url}/pinning/unpin/${HELLO_V0}`, { method: 'DELETE' })).status).toBe(200);
    expect(await store.get(HELLO_V1)).toBeNull();
  });
});
