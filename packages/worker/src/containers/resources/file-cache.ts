import { readFile } from 'node:fs/promises';

import type Docker from 'dockerode';
import { z } from 'zod';

import type { Logger } from '../../log.js';
import { replaceFile } from '../../state/file.js';
import { ResourceFailed, statusOf } from '../failures.js';
import { bytesOf, keyOf, type Listing } from './listing.js';

/** Marks what a node keeps on its engine for later jobs. */
export const FILES_LABEL = 'inferscan.files';

/** A volume with the files of a resource. */
const Entry = z.object({
  volume: z.string(),
  name: z.string(),
  /** Of all its files, also where some are still missing. */
  bytes: z.number(),
  files: z.number(),
  /** How many of them, in their order, are there. */
  done: z.number(),
  usedAt: z.number(),
});
type Entry = z.infer<typeof Entry>;
const Ledger = z.object({ version: z.literal(1), volumes: z.record(z.string(), Entry) });

export interface FileCacheOptions {
  readonly docker: Docker;
  readonly node: string;
  /** The file in which it says what lies in which volume, and when it was used last. */
  readonly ledger: string;
  readonly maxBytes: number;
  readonly log: Logger;
}

export interface HeldVolume {
  readonly volume: string;
  /** It may be removed again, when there is need of room. */
  release(): void;
}

/** Volumes of the node's engine with files of resources, kept for later jobs. */
export interface FileCache {
  /**
   * The volume with what is listed. Where it is not whole, `fill` puts what is missing into it: it is told how many files are there, and
   * tells when there are more.
   */
  hold(
    listing: Listing,
    fill: (volume: string, done: number, onDone: (done: number) => Promise<void>) => Promise<void>,
    signal: AbortSignal,
  ): Promise<HeldVolume>;
}

export function createFileCache({ docker, node, ledger, maxBytes, log }: FileCacheOptions): FileCache {
  const label = { [FILES_LABEL]: node };
  const held = new Map<string, number>();
  let entries: Map<string, Entry> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** What the file and the engine agree on; the rest is removed. */
  async function load(): Promise<Map<string, Entry>> {
    const told = await readLedger(ledger);
    const filters = { label: [`${FILES_LABEL}=${node}`] };
    const { Volumes } = await docker.listVolumes({ filters });
    const there = new Set((Volumes ?? []).map(({ Name }) => Name));
    const kept = new Map(Object.entries(told).filter(([, { volume }]) => there.has(volume)));
    const known = new Set([...kept.values()].map(({ volume }) => volume));
    for (const name of there) if (!known.has(name)) await remove(name);
    return kept;
  }

  async function save(all: ReadonlyMap<string, Entry>): Promise<void> {
    await replaceFile(ledger, JSON.stringify({ version: 1, volumes: Object.fromEntries(all) }));
  }

  /** @returns whether it is gone */
  async function remove(volume: string): Promise<boolean> {
    try {
      await docker.getVolume(volume).remove();
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return true;
      log.warn({ err: error, volume }, 'could not remove a volume');
      return false;
    }
  }

  async function makeRoom(all: Map<string, Entry>, bytes: number): Promise<void> {
    const sum = () => [...all.values()].reduce((total, entry) => total + entry.bytes, 0);
    const idle = [...all].filter(([key]) => !held.has(key)).sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [key, { volume, name }] of idle) {
      if (sum() + bytes <= maxBytes) return;
      if (!(await remove(volume))) continue;
      all.delete(key);
      log.info({ resource: name }, 'made room: a resource is no longer kept');
    }
    if (sum() + bytes > maxBytes) throw new ResourceFailed('not enough space for resources on this node');
  }

  async function exists(volume: string): Promise<boolean> {
    try {
      await docker.getVolume(volume).inspect();
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  }

  async function ready(
    listing: Listing,
    key: string,
    fill: Parameters<FileCache['hold']>[1],
  ): Promise<string> {
    entries ??= await load();
    const all = entries;
    let entry = all.get(key);
    // Somebody may have tidied up the engine.
    if (entry !== undefined && !(await exists(entry.volume))) all.delete(key);
    entry = all.get(key);
    if (entry === undefined) {
      const bytes = bytesOf(listing.files);
      await makeRoom(all, bytes);
      const volume = `inferscan-files-${node.slice(0, 6)}-${key.slice(0, 24)}`;
      await docker.createVolume({ Name: volume, Driver: 'local', Labels: label });
      entry = { volume, name: listing.name, bytes, files: listing.files.length, done: 0, usedAt: Date.now() };
      all.set(key, entry);
      await save(all);
    }
    const found = entry;
    if (found.done < found.files) {
      await fill(found.volume, found.done, async (done) => {
        found.done = done;
        await save(all);
      });
    }
    found.usedAt = Date.now();
    await save(all);
    return found.volume;
  }

  return {
    async hold(listing, fill, signal) {
      const key = keyOf(listing);
      held.set(key, (held.get(key) ?? 0) + 1);
      const release = () => {
        const left = (held.get(key) ?? 1) - 1;
        if (left > 0) held.set(key, left);
        else held.delete(key);
      };
      // One after another: two that need the same files fetch them once.
      const mine = turn.then(() => {
        signal.throwIfAborted();
        return ready(listing, key, fill);
      });
      turn = mine.catch(() => undefined);
      try {
        return { volume: await mine, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

async function readLedger(path: string): Promise<Record<string, Entry>> {
  try {
    return Ledger.parse(JSON.parse(await readFile(path, 'utf8'))).volumes;
  } catch {
    // Without it nothing is known of the volumes: they are removed, and fetched again where they are asked for.
    return {};
  }
}
