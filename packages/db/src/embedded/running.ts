import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import { runCommand } from './command.js';

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

/** The server that a postmaster.pid names, if such a process lives; null otherwise. */
export async function runningServer(pidFile: string): Promise<RunningServer | null> {
  const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  // Line 1: process, line 4: port (absent in the first moments of a start).
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid) || !(await isPostgres(pid))) return null;
  const port = Number(lines[3]);
  return { pid, port: Number.isInteger(port) && port > 0 ? port : 1 };
}

/**
 * Removes a postmaster.pid whose number now belongs to some other program (common in containers, where
 * numbers start again from 1): Postgres would refuse to start because of it.
 */
export async function clearForeignPidFile(pidFile: string): Promise<void> {
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (Number.isInteger(pid) && pid > 0 && isAlive(pid)) await rm(pidFile, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    // A dead process that nobody has collected (state Z) still has its number: common in containers.
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return /^\d+ \(postgres\) [^ZX]/.test(status);
  }
  if (process.platform === 'win32') return true;
  const { output } = await runCommand('ps', ['-p', String(pid), '-o', 'comm='], {
    user: null,
    cwd: tmpdir(),
  });
  return output.includes('postgres');
}
