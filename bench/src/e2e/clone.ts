import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface StartedClone {
  readonly url: string;
  /** Addresses of the chain and the content store, as the web app was told. */
  stop(): Promise<void>;
}

/** Runs a command to its end; its output goes to standard error. */
export function runCommand(command: string, args: readonly string[], cwd?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...(cwd ? { cwd } : {}), stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} ended with ${code}`)),
    );
  });
}

/** `npm start` in a clone: resolves when the explorer's address is printed. */
export function startClone(dir: string, args: readonly string[]): Promise<StartedClone> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['start', '--', ...args], {
      cwd: dir,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const over = new Promise<void>((done) => child.once('close', () => done()));
    void over.then(() => reject(new Error('npm start ended before it printed an address')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      process.stderr.write(`${line}\n`);
      const url = /^ {2}Open (http:\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      resolve({
        url,
        async stop() {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
          await over;
        },
      });
    });
  });
}
