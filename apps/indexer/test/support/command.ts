import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly finished: Promise<Finished>;
}

/** Starts the built command with these arguments and variables, and no others of its own. */
export function startCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  if (!existsSync(CLI)) throw new Error('build the package first: npm run build');
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
    });
  }
  const finished = (once(child, 'close') as Promise<[number | null]>).then(([code]) => ({ code, ...text }));
  return { child, stdout: () => text.stdout, stderr: () => text.stderr, finished };
}

/** Runs it to its end. */
export const runCommand = (
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Finished> => startCommand(args, environment).finished;
