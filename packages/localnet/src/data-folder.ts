import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destroyHistoryStore } from './history/destroy.js';

/** Where a localnet keeps what outlives it. */
export interface DataFolder {
  readonly chain: string;
  readonly content: string;
  /** Removes the folder when it is a temporary one. */
  release(): Promise<void>;
}

const placesIn = (folder: string) => ({ chain: join(folder, 'chain'), content: join(folder, 'content') });

/** Creates the folder where it is missing; without a path a temporary one. */
export async function openDataFolder(path: string | undefined): Promise<DataFolder> {
  if (path !== undefined) {
    await mkdir(path, { recursive: true });
    return { ...placesIn(path), release: async () => undefined };
  }
  const folder = await mkdtemp(join(tmpdir(), 'localnet-'));
  return { ...placesIn(folder), release: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Deletes the chain and the content in a folder, and nothing else that is in it.
 *
 * @throws Error when a running localnet uses it.
 */
export async function resetDataFolder(path: string): Promise<void> {
  const { chain, content } = placesIn(path);
  await destroyHistoryStore(chain);
  await rm(content, { recursive: true, force: true });
}
