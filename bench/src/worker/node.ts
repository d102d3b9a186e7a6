import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const CLI = join(dirname(createRequire(import.meta.url).resolve('@inferscan/worker')), 'cli.js');

/** The node's command as its operators run it: a process of its own. */
export interface BenchNode {
  /** When the process was started, by this process's steady clock. */
  readonly startedAt: number;
  /** Resolves with the moment at which it has said this so often. @throws Error if it ends before */
  said(message: string, times?: number): Promise<number>;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** @param argv options of `start` */
export function startBenchNode(argv: readonly string[]): BenchNode {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [CLI, 'start', ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  const over = once(child, 'close');
  const lines: { text: string; at: number }[] = [];
  const looks = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push({ text, at: performance.now() });
    for (const look of [...looks]) look();
  });
  return {
    startedAt,
    said: (message, times = 1) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const matching = lines.filter(({ text }) => text.includes(`"msg":${JSON.stringify(message)}`));
          const found = matching[times - 1];
          if (found === undefined) return;
          looks.delete(look);
          resolve(found.at);
        };
        looks.add(look);
        look();
        over.then(() => reject(new Error(`the node ended before it said "${message}"`)), reject);
      }),
    async end(signal) {
      child.kill(signal);
      await over;
    },
  };
}
