import { open } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, it, vi } from 'vitest';

import { type ContentStore, CorruptContentError, createDiskStore } from '../src/index.js';
import { cleanups, pinJson, serve, temporaryDir } from './support.js';

const MIB = 1024 * 1024;
/** More than the system's own buffers hold of a connection whose other end does not read. */
const LARGE = 32 * MIB;

/** A file that repeats itself nowhere, so that one chunk cannot stand for another. */
function file(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
}

/** Asks for a path and takes nothing of the answer's body until it is resumed. */
const startReading = (url: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.pause();
      response.on('error', () => undefined);
      cleanups.push(async () => void response.destroy());
      resolve(response);
    });
    request.on('error', reject);
  });

/** Memory outside of the heap that somebody still needs. */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // Buffers that are let go in one turn are given back in the next.
  for (let turn = 0; turn < 3; turn += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().arrayBuffers;
}

/** A store that counts the files that are open. */
function counting(store: ContentStore): { store: ContentStore; opened: () => number } {
  let opened = 0;
  return {
    opened: () => opened,
    store: {
      ...store,
      async open(cid, inspect) {
        const content = await store.open(cid, inspect);
        if (content === null) return null;
        opened += 1;
        return {
          ...content,
          async close() {
            await content.close();
            opened -= 1;
          },
        };
      },
    },
  };
}

describe('reads', () => {
  it('take little memory, however large the files and slow the clients', async () => {
    const dir = await temporaryDir();
    const store = createDiskStore(dir);
    const { cid } = await store.put(file(LARGE));
    const { url } = await serve({ dir });
    const before = await heldBytes();
    const readers = await Promise.all(Array.from({ length: 6 }, () => startReading(`${url}/ipfs/${cid}`)));
    expect(readers.map((reader) => reader.statusCode)).toEqual(readers.map(() => 200));
    // Whole files would be 192 MiB.
    expect((await heldBytes()) - before).toBeLessThan(24 * MIB);
  });

  it('are so many at a time, and the rest are told to come back', async () => {
    const dir = await temporaryDir();
    const { cid } = await createDiskStore(dir).put(file(LARGE));
    const { url } = await serve({ dir, maxReads: 1 });
    const slow = await startReading(`${url}/ipfs/${cid}`);
    expect(slow.statusCode).toBe(200);
    const refused = await fetch(`${url}/ipfs/${cid}`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('cache-control')).toBe('no-store');
    expect(await refused.json()).toMatchObject({ error: 'busy', message: expect.stringContaining('reads') });
    expect((await pinJson(url, { pinataContent: 1 })).status).toBe(200);
    slow.destroy();
    await vi.waitFor(async () => {
      const response = await fetch(`${url}/ipfs/${cid}`, { method: 'HEAD' });
      expect(response.status).toBe(200);
    }, 30_000);
  });

  it('end when a client takes nothing for too long', async () => {
    const dir = await temporaryDir();
    const { store, opened } = counting(createDiskStore(dir));
    const { cid } = await store.put(file(LARGE));
    const { url } = await serve({ dir, store, stallMs: 300 });
    const slow = await startReading(`${url}/ipfs/${cid}`);
    expect(opened()).toBe(1);
    await vi.waitFor(() => expect(opened()).toBe(0), 30_000);
    slow.resume();
    await vi.waitFor(() => expect(slow.destroyed).toBe(true), 30_000);
    expect(slow.complete).toBe(false);
  });

  it('break off before a chunk that is damaged while the file is sent', async () => {
    const errors: unknown[] = [];
    const dir = await temporaryDir();
    const bytes = file(LARGE);
    const { cid } = await createDiskStore(dir).put(bytes);
    const { url } = await serve({ dir, onError: (error) => errors.push(error) });
    const reader = await startReading(`${url}/ipfs/${cid}`);
    const damaged = await open(join(dir, 'objects', cid.slice(-2), cid), 'r+');
    const place = LARGE - 3 * MIB;
    await damaged.write(Buffer.from('damage'), 0, 6, place);
    await damaged.close();

    const got: Buffer[] = [];
    reader.on('data', (part: Buffer) => got.push(part));
    reader.resume();
    await vi.waitFor(() => expect(reader.destroyed).toBe(true), 30_000);
    expect(reader.complete).toBe(false);
    const received = Buffer.concat(got);
    expect(received.length).toBeLessThanOrEqual(place);
    expect(received.equals(bytes.subarray(0, received.length))).toBe(true);
    expect(errors).toEqual([expect.any(CorruptContentError)]);
  });

  it('leave no file open, whatever the answer was', async () => {
    const dir = await temporaryDir();
    const { store, opened } = counting(createDiskStore(dir));
    const { cid } = await store.put(file(LARGE));
    const { cid: small } = await store.put(Buffer.from('{"a":1}'));
    const errors: unknown[] = [];
    const { url } = await serve({ dir, store, onError: (error) => errors.push(error) });
    const statuses = await Promise.all(
      [
        {},
        { method: 'HEAD' },
        { headers: { 'if-none-match': '*' } },
        { headers: { range: 'bytes=1-2' } },
        { headers: { range: 'bytes=99-' } },
      ].map(async (init) => {
        const response = await fetch(`${url}/ipfs/${small}`, init);
        await response.arrayBuffer();
        return response.status;
      }),
    );
    expect(statuses).toEqual([200, 200, 304, 206, 416]);
    const leaving = await startReading(`${url}/ipfs/${cid}`);
    expect(opened()).toBeGreaterThan(0);
    leaving.destroy();
    await vi.waitFor(() => expect(opened()).toBe(0), 30_000);
    expect(errors).toEqual([]);
  });
});
