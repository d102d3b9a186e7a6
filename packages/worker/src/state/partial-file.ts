import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import type { PartialStore } from '../execution/resume.js';

const FILE = 'partials.json';

/** Of one run: by op, the address of what is done of it. */
const Partials = z.object({ run: z.string(), ops: z.record(z.string(), z.string()) });

export interface PartialFile extends PartialStore {
  /** Addresses of all that was pinned of the run, one for each op. */
  all(): Promise<string[]>;
}

/**
 * Remembers what was pinned of a run, in one file beside the node's state. What it says of another run is forgotten; a file that
 * cannot be read counts as none, as nothing but time is lost with it.
 */
export function openPartialFile(dir: string, run: string): PartialFile {
  const path = join(dir, FILE);
  async function read(): Promise<Record<string, string>> {
    try {
      const saved = Partials.parse(JSON.parse(await readFile(path, 'utf8')));
      return saved.run === run ? saved.ops : {};
    } catch {
      return {};
    }
  }
  async function write(op: string, cid: string): Promise<void> {
    await mkdir(dir, { recursive: true });
    const text = JSON.stringify({ run, ops: { ...(await read()), [op]: cid } });
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
  // Ops run side by side, and each save replaces the whole file.
  let last: Promise<void> = Promise.resolve();
  return {
    all: async () => Object.values(await read()),
    load: async (op) => (await read())[op] ?? null,
    save(op, cid) {
      const saved = last.then(() => write(op, cid));
      last = saved.catch(() => undefined);
      return saved;
    },
  };
}
