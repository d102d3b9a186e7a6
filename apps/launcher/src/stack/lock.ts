import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const lockSchema = z.object({ pid: z.number().int(), url: z.string() });

class AlreadyRunningError extends Error {
  constructor(pid: number, url: string, dataDir: string) {
    super(
      `Inferscan already runs from ${dataDir} (process ${pid}) at ${url}. Stop it first, or use --data DIR.`,
    );
    this.name = 'AlreadyRunningError';
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/**
 * Makes sure that one launcher at a time uses a data folder. A lock left by a killed launcher is taken over.
 * Throws AlreadyRunningError.
 */
export function lockDataDir(dataDir: string, url: string): { release(): void } {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'launcher.json');
  try {
    const held = lockSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (held.success && held.data.pid !== process.pid && isAlive(held.data.pid)) {
      throw new AlreadyRunningError(held.data.pid, held.data.url, dataDir);
    }
  } catch (error) {
    if (error instanceof AlreadyRunningError) throw error;
    // No lock, or an unreadable one that a crash left half-written: it is ours now.
  }
  writeFileSync(file, `${JSON.stringify({ pid: process.pid, url })}\n`);
  return { release: () => rmSync(file, { force: true }) };
}
