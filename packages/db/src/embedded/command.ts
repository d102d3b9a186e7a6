import { spawn } from 'node:child_process';

import type { SystemUser } from './system-user.js';

export interface CommandResult {
  /** null where a signal ended it. */
  readonly status: number | null;
  /** stdout and stderr together, at most the last 20,000 characters. */
  readonly output: string;
}

/**
 * Runs a program to its end as `user` (null: as ourselves), in `cwd`, without the caller's PG* variables:
 * they would redirect initdb and pg_ctl.
 * @throws what spawn reports (ENOENT, EACCES)
 */
export function runCommand(
  program: string,
  args: readonly string[],
  { user, cwd }: { user: SystemUser | null; cwd: string },
): Promise<CommandResult> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    // Not 'close': a server that pg_ctl leaves running may keep the pipes open.
    child.once('exit', (status) => {
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ status, output });
      });
    });
  });
}
