import pc from 'picocolors';

/** Writes what happens to a terminal or a log: one line a step, no cursor tricks, so that both read the same. */
export interface Reporter {
  title(text: string): void;
  step<T>(label: string, work: () => Promise<T>): Promise<T>;
  ready(url: string, hints: readonly string[]): void;
  note(text: string): void;
  problem(text: string, details?: readonly string[]): void;
}

export function createReporter(write: (line: string) => void): Reporter {
  return {
    title: (text) => write(pc.bold(text)),
    async step(label, work) {
      const started = performance.now();
      const seconds = () => pc.dim(`${((performance.now() - started) / 1000).toFixed(1)} s`);
      try {
        const result = await work();
        write(`  ${pc.green('✓')} ${label} ${seconds()}`);
        return result;
      } catch (error) {
        write(`  ${pc.red('✗')} ${label} ${seconds()}`);
        throw error;
      }
    },
    ready(url, hints) {
      write('');
      write(`  Open ${pc.bold(pc.cyan(url))}`);
      for (const hint of hints) write(`  ${pc.dim(hint)}`);
      write('');
    },
    note: (text) => write(`  ${pc.dim(text)}`),
    problem(text, details = []) {
      write(`  ${pc.red('✗')} ${text}`);
      for (const line of details) write(`    ${pc.dim(line)}`);
    },
  };
}
