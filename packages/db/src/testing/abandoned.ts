import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A run that was just begun has no server yet; none lasts so long. */
const OLD_MS = 6 * 3_600_000;

/**
 * Removes the folders of test servers that a killed run left behind: old ones whose server does not run.
 * What cannot be removed, as another account's, stays.
 * @returns how many were removed
 */
export async function removeAbandoned(parent: string, prefix: string, now = Date.now()): Promise<number> {
  let removed = 0;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    try {
      if (now - (await stat(folder)).mtimeMs < OLD_MS || (await isServed(folder))) continue;
      await rm(folder, { recursive: true, force: true });
      removed += 1;
    } catch {
      // Nobody's run waits for it.
    }
  }
  return removed;
}

/** Whether the process that a server's file names is there. */
async function isServed(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
