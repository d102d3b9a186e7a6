import { createHash } from 'node:crypto';
import { PREFILL_CHUNK } from './chunks.js';
import type { KvBlock } from './decoder.js';

/** Keys and values of the beginnings of prompts, in whole chunks: so read, they have the bits that reading them again would give. */
export interface PrefixCache {
  readonly bytes: number;
  /** The chunks with which a prompt begins and that are here, in order; never the whole prompt, whose last token is to be read. */
  find(promptIds: readonly number[]): KvBlock[];
  /** Keeps the last chunk of this beginning of a prompt. */
  store(beginning: readonly number[], chunk: KvBlock): void;
}

interface Entry {
  readonly block: KvBlock;
  readonly parent: string;
}

const ROOT = '';

/** @param budget bytes that all chunks together may take; those that were not used for longest go first */
export function createPrefixCache(budget: number): PrefixCache {
  // In order of their last use, a chunk always after those that follow it: alone these could not be found.
  const entries = new Map<string, Entry>();
  let bytes = 0;

  function touch(key: string): void {
    for (let at = key; at !== ROOT; ) {
      const entry = entries.get(at);
      if (!entry) return;
      entries.delete(at);
      entries.set(at, entry);
      at = entry.parent;
    }
  }

  return {
    get bytes() {
      return bytes;
    },
    find(promptIds) {
      const found: KvBlock[] = [];
      let key = ROOT;
      for (let end = PREFILL_CHUNK; end < promptIds.length; end += PREFILL_CHUNK) {
        const next = keyOf(key, promptIds.slice(end - PREFILL_CHUNK, end));
        const entry = entries.get(next);
        if (!entry) break;
        found.push(entry.block);
        key = next;
      }
      touch(key);
      return found;
    },
    store(beginning, block) {
      let [parent, key] = [ROOT, ROOT];
      for (let end = PREFILL_CHUNK; end <= beginning.length; end += PREFILL_CHUNK) {
        parent = key;
        key = keyOf(parent, beginning.slice(end - PREFILL_CHUNK, end));
      }
      const reachable = parent === ROOT || entries.has(parent);
      if (entries.has(key) || !reachable || block.bytes > budget) return;
      entries.set(key, { block, parent });
      bytes += block.bytes;
      touch(key);
      for (const [oldest, entry] of entries) {
        if (bytes <= budget) break;
        entries.delete(oldest);
        bytes -= entry.block.bytes;
      }
    },
  };
}

function keyOf(parent: string, ids: readonly number[]): string {
  return createHash('sha256')
    .update(`${parent} ${ids.join(' ')}`)
    .digest('base64');
}
