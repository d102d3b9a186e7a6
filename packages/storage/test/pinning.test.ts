import { request } from 'node:http';

import { describe, expect, it, vi } from 'vitest';

import { encodeBytes } from '../src/index.js';
import { pinFile, pinJson, pinned, serve } from './support.js';

const HELLO = new TextEncoder().encode('hello\n');
const HELLO_V0 = 'QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN';
const HELLO_V1 = 'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am';

const unpin = (url: string, cid: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/pinning/unpin/${cid}`, { method: 'DELETE', headers });

const postForm = (url: string, form: FormData) =>
  fetch(`${url}/pinning/pinFileToIPFS`, { method: 'POST', body: form });

describe('pinning', () => {
  it('takes files with metadata, under the version that was asked for', async () => {
    const { url } = await serve();
    const first = await pinFile(url, HELLO, {
      pinataMetadata: { name: 'hello.txt', keyvalues: { kind: 'test' } },
      pinataOptions: { cidVersion: 0 },
    });
    expect(await first.json()).toEqual({
      IpfsHash: HELLO_V0,
      PinSize: 6,
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      isDuplicate: false,
    });
    const again = await pinFile(url, HELLO, { pinataOptions: { cidVersion: 1 } });
    expect(await again.json()).toMatchObject({ IpfsHash: HELLO_V1, PinSize: 6, isDuplicate: true });
    const { IpfsHash } = await pinned(
      pinJson(url, { pinataContent: { a: 1 }, pinataOptions: { cidVersion: 1 } }),
    );
    expect(IpfsHash).toMatch(/^bafkrei/);
    expect(await (await fetch(`${url}/ipfs/${IpfsHash}`)).json()).toEqual({ a: 1 });
  });

  it('takes a document without the envelope as it is', async () => {
    const { url } = await serve();
    for (const document of [{ version: '0.1', ops: [] }, {}, [1, 2]]) {
      const { cid } = await encodeBytes(new TextEncoder().encode(JSON.stringify(document)));
      expect((await pinned(pinJson(url, document))).IpfsHash).toBe(cid);
      expect((await pinned(pinJson(url, { pinataContent: document }))).IpfsHash).toBe(cid);
      expect(await (await fetch(`${url}/ipfs/${cid}`)).json()).toEqual(document);
    }
  });

  it('reads the fields wherever they stand in the form', async () => {
    const { url } = await serve();
    const form = new FormData();
    form.append('pinataOptions', '{"cidVersion":1}');
    form.append('file', new Blob([HELLO]), 'hello.txt');
    expect(await (await postForm(url, form)).json()).toMatchObject({ IpfsHash: HELLO_V1 });
  });

  it('addresses files over several blocks by both versions', async () => {
    const { url } = await serve();
    const bytes = new Uint8Array(1_300_000).fill(7);
    const v0 = await pinned(pinFile(url, bytes));
    const v1 = await pinned(pinFile(url, bytes, { pinataOptions: { cidVersion: 1 } }));
    expect(v0).toMatchObject({ IpfsHash: (await encodeBytes(bytes)).cid, PinSize: 1_300_000 });
    expect(v1).toMatchObject({ IpfsHash: expect.stringMatching(/^bafybei/), isDuplicate: true });
    for (const cid of [v0.IpfsHash, v1.IpfsHash]) {
      const served = new Uint8Array(await (await fetch(`${url}/ipfs/${cid}`)).arrayBuffer());
      expect(Buffer.compare(served, bytes), cid).toBe(0);
    }
  });

  it('takes an empty file, and one of exactly the limit, but not a byte more', async () => {
    const { url } = await serve({ maxBytes: 1_000 });
    expect(await (await pinFile(url, new Uint8Array())).json()).toMatchObject({
      IpfsHash: 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH',
      PinSize: 0,
    });
    expect((await pinFile(url, new Uint8Array(1_000))).status).toBe(200);
    // A document counts by its JSON text, here with two quotes.
    expect((await pinJson(url, { pinataContent: 'x'.repeat(998) })).status).toBe(200);
    expect((await pinJson(url, { pinataContent: 'x'.repeat(999) })).status).toBe(413);
    expect((await pinJson(url, ['x'.repeat(996)])).status).toBe(200);
    expect((await pinJson(url, ['x'.repeat(997)])).status).toBe(413);
    for (const size of [1_001, 60_000, 200_000]) {
      const response = await pinFile(url, new Uint8Array(size));
      expect(response.status, `${size} bytes`).toBe(413);
      expect(await response.json()).toMatchObject({ error: 'too_large' });
    }
  });

  it('says what is wrong with a form', async () => {
    const { url } = await serve();
    const form = (...parts: [string, string | Blob][]) => {
      const built = new FormData();
      for (const [name, value] of parts) built.append(name, value);
      return postForm(url, built);
    };
    const raw = (type: string, body: string) =>
      fetch(`${url}/pinning/pinFileToIPFS`, { method: 'POST', body, headers: { 'content-type': type } });
    const cut = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhello';
    const file = new Blob([HELLO]);
    const cases: [Promise<Response>, number, string][] = [
      [form(['pinataOptions', '{}']), 400, 'no file'],
      [form(['other', file]), 400, 'other'],
      [form(['file', file], ['file', file]), 400, 'one file'],
      [form(['file', file], ['pinataOptions', '{']), 400, 'pinataOptions'],
      [form(['file', file], ['pinataOptions', '{"cidVersion":2}']), 400, 'pinataOptions.cidVersion'],
      [form(['file', file], ['pinataOptions', '{"wrapWithDirectory":true}']), 400, 'directories'],
      [form(['file', file], ['pinataMetadata', '[]']), 400, 'pinataMetadata'],
      [form(['file', file], ['pinataMetadata', `"${'x'.repeat(20_000)}"`]), 413, 'bytes'],
      [form(...Array.from({ length: 20 }, (_, n): [string, string] => [`f${n}`, 'x'])), 413, 'larger'],
      [fetch(`${url}/pinning/pinFileToIPFS`, { method: 'POST', body: '{}' }), 415, 'multipart/form-data'],
      [raw('multipart/form-data', 'x'), 400, 'cannot be read'],
      [raw('multipart/form-data; boundary=x', 'no boundary in here'), 400, 'cannot be read'],
      [raw('multipart/form-data; boundary=x', cut), 400, 'cannot be read'],
      [raw('application/json', '{}'), 415, 'multipart/form-data'],
    ];
    for (const [answer, status, message] of cases) {
      const response = await answer;
      expect(response.status, message).toBe(status);
      expect(await response.json()).toMatchObject({
        error: expect.any(String),
        message: expect.stringContaining(message),
      });
    }
    const misplaced = new FormData();
    misplaced.append('file', file);
    const wrongRoute = await fetch(`${url}/pinning/pinJSONToIPFS`, { method: 'POST', body: misplaced });
    expect(wrongRoute.status).toBe(400);
    expect((await fetch(`${url}/ipfs/${HELLO_V0}`)).status).toBe(404);
  });

  it('is not moved by a form that breaks off', async () => {
    const errors: unknown[] = [];
    const { url } = await serve({ maxUploads: 1, onError: (error) => errors.push(error) });
    await new Promise<void>((resolve) => {
      const broken = request(`${url}/pinning/pinFileToIPFS`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 5_000 },
      });
      broken.on('error', () => resolve());
      broken.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhello', () =>
        broken.destroy(),
      );
      broken.on('close', () => resolve());
    });
    // The place it held is free again.
    await vi.waitFor(async () => expect((await pinFile(url, HELLO)).status).toBe(200), 30_000);
    expect(errors).toEqual([]);
  });

  it('lets in so many uploads at a time, and tells the rest to come back', async () => {
    const { url } = await serve({ maxUploads: 1 });
    const slow = request(`${url}/pinning/pinFileToIPFS`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 5_000 },
    });
    slow.on('error', () => undefined);
    slow.write('--x\r\n');
    const refused = await vi.waitFor(async () => {
      const response = await pinFile(url, HELLO);
      expect(response.status).toBe(503);
      return response;
    }, 30_000);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error: 'busy' });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    slow.destroy();
    await vi.waitFor(async () => expect((await pinFile(url, HELLO)).status).toBe(200), 30_000);
  });

  it('unpins by any address, and all of them', async () => {
    const { url } = await serve();
    for (const cid of [HELLO_V0, HELLO_V1]) {
      expect((await pinFile(url, HELLO)).status).toBe(200);
      const response = await unpin(url, cid);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('OK');
      for (const gone of [HELLO_V0, HELLO_V1]) {
        expect((await fetch(`${url}/ipfs/${gone}`)).status, gone).toBe(404);
      }
      const again = await unpin(url, cid);
      expect(again.status).toBe(404);
      expect(await again.json()).toMatchObject({ error: 'not_found' });
    }
    expect((await unpin(url, 'nonsense')).status).toBe(400);
    // As clients do that set one content type on everything.
    await pinFile(url, HELLO);
    expect((await unpin(url, HELLO_V0, { 'content-type': 'application/json' })).status).toBe(200);
    expect(await (await pinFile(url, HELLO)).json()).toMatchObject({ isDuplicate: false });
  });

  it('keeps its state whole under pins and unpins at once', async () => {
    const { url } = await serve();
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? unpin(url, HELLO_V1) : pinFile(url, HELLO))),
    );
    expect((await pinFile(url, HELLO)).status).toBe(200);
    for (const cid of [HELLO_V0, HELLO_V1]) {
      expect(await (await fetch(`${url}/ipfs/${cid}`)).text(), cid).toBe('hello\n');
    }
  });

  it('asks for the token in everything but reading', async () => {
    const { url } = await serve({ token: 'secret' });
    const authorization = 'Bearer secret';
    expect((await pinFile(url, HELLO)).status).toBe(401);
    expect((await pinFile(url, HELLO, {}, { authorization })).status).toBe(200);
    expect((await unpin(url, HELLO_V0)).status).toBe(401);
    expect((await fetch(`${url}/ipfs/${HELLO_V0}`)).status).toBe(200);
    expect((await unpin(url, HELLO_V0, { authorization })).status).toBe(200);
  });

  it('lets pages of other origins do all of it', async () => {
    const { url } = await serve();
    const preflight = await fetch(`${url}/pinning/unpin/${HELLO_V0}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://example.org',
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization');
    await pinFile(url, HELLO);
    const read = await fetch(`${url}/ipfs/${HELLO_V0}`, { headers: { origin: 'http://example.org' } });
    expect(read.headers.get('access-control-expose-headers')).toContain('etag');
  });
});
