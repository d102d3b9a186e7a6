import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach } from 'vitest';

import { createDiskStore, createStorageServer, type StorageServerOptions } from '../src/index.js';

export const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function temporaryDir() {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-storage-'));
  cleanups.push(() => rm(dir, { recursive: true }));
  return dir;
}

/** A server on any free port, over a directory of its own unless one is given. */
export async function serve({ dir, ...options }: Partial<StorageServerOptions> & { dir?: string } = {}) {
  const data = dir ?? (await temporaryDir());
  const server = await createStorageServer({ store: createDiskStore(data), port: 0, ...options });
  cleanups.push(() => server.close());
  return { ...server, dir: data };
}

export const pinJson = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}/pinning/pinJSONToIPFS`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Posts a form as browsers and Pinata's own clients do: the file, then JSON texts beside it. */
export const pinFile = (
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) => {
  const form = new FormData();
  form.append('file', new Blob([bytes]), 'weights.bin');
  for (const [name, value] of Object.entries(fields)) {
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return fetch(`${url}/pinning/pinFileToIPFS`, { method: 'POST', body: form, headers });
};

export interface Pinned {
  IpfsHash: string;
  PinSize: number;
  Timestamp: string;
  isDuplicate: boolean;
}

export async function pinned(answer: Promise<Response>): Promise<Pinned> {
  const response = await answer;
  if (response.status !== 200)
    throw new Error(`pinning answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Pinned;
}
