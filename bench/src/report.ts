import { cpus, totalmem } from 'node:os';

/** One measured number. `runs`: how many measurements it stands for. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: 'ms' | 's';
  readonly runs: number;
}

/** Prints figures as JSON lines on standard output; everything else goes to standard error. */
export function createReport(bench: string, write: (line: string) => void): (figure: Figure) => void {
  const [cpu] = cpus();
  const machine = {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memory_mb: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  };
  return (figure) => write(JSON.stringify({ bench, ...figure, machine }));
}
