import { cpus, loadavg, totalmem } from 'node:os';

/** A peer or limit that was measured in the same run. */
export interface Peer {
  readonly name: string;
  readonly value: number;
}

/** One measured number. `runs`: how many measurements it stands for. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit:
    | 'ms'
    | 's'
    | 'slots'
    | 'MB'
    | '1/s'
    | '1/min'
    | 'GB/s'
    | 'times'
    | 'difference'
    | 'tokens'
    | '%';
  readonly runs: number;
  readonly against?: Peer;
}

export type Report = (figure: Figure) => void;

/** Prints figures as JSON lines on standard output; everything else goes to standard error. */
export function createReport(bench: string, write: (line: string) => void): Report {
  const [cpu] = cpus();
  const machine = {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memory_mb: Math.round(totalmem() / 2 ** 20),
    node: process.version,
    // What others did on this machine just before: on a busy one only ratios say something.
    load_before: rounded(loadavg()[0] ?? 0, 2),
  };
  return ({ against, ...figure }) => {
    const comparison = against === undefined ? {} : { against, ratio: ratioOf(figure.value, against.value) };
    write(JSON.stringify({ bench, ...figure, ...comparison, machine }));
  };
}

/** Rounds to so many digits after the point. */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Three significant digits: ratios of what is measured are not known better. */
function ratioOf(value: number, peer: number): number {
  if (!(peer > 0)) throw new RangeError(`a peer's figure must be above zero, not ${peer}`);
  return Number((value / peer).toPrecision(3));
}
