import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A running `npm start`, without installing and building. */
export interface Stack {
  readonly url: string;
  readonly output: readonly string[];
  readonly pid: number;
  /** Resolves with the exit code after the signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the launcher's command and waits until it prints the explorer's address. */
export async function startStack(args: readonly string[]): Promise<Stack> {
  const child: ChildProcess = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr, pid } = child;
  if (stdout === null || stderr === null || pid === undefined) throw new Error('the launcher did not start');
  const output: string[] = [];
  const over = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const read = (line: string) => {
      output.push(line);
      const match = /^ {2}Open (http:\S+)/.exec(line);
      if (match?.[1]) resolve(match[1]);
    };
    createInterface({ input: stdout }).on('line', read);
    createInterface({ input: stderr }).on('line', read);
    void over.then((code) => reject(new Error(`the launcher ended with ${code}:\n${output.join('\n')}`)));
  });
  return {
    url,
    output,
    pid,
    end(signal) {
      child.kill(signal);
      return over;
    },
  };
}

/** Processes whose command line or environment names `text` (Linux). */
export function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return (
          readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text) ||
          readFileSync(`/proc/${name}/environ`, 'utf8').includes(text)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The process of a part of the stack, found by its script and data folder. */
export function processRunning(script: string, dataDir: string): number {
  const found = processesNaming(dataDir).filter((pid) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes(script);
  });
  const [pid] = found;
  if (pid === undefined) throw new Error(`no process runs ${script}`);
  return pid;
}
