import { execFile } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** What this machine is, as its system says. */
export interface HardwareReport {
  cpu_model: string;
  logical_cores: number;
  memory_mb: number;
  gpus: { name: string; memory_mb: number }[];
  /** CID of the node's signed report of hardware and benchmarks, where it publishes one. */
  report?: string;
}

const run = promisify(execFile);

/** Lines of `name, MiB` from nvidia-smi. */
export function parseGpus(csv: string): HardwareReport['gpus'] {
  return csv.split('\n').flatMap((line) => {
    const match = /^(.+?),\s*(\d+)\s*$/.exec(line.trim());
    return match?.[1] && match[2] ? [{ name: match[1], memory_mb: Number(match[2]) }] : [];
  });
}

async function gpus(): Promise<HardwareReport['gpus']> {
  try {
    const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'];
    return parseGpus((await run('nvidia-smi', query, { timeout: 5_000 })).stdout);
  } catch {
    // No driver, no GPU that could be named.
    return [];
  }
}

/** Reads CPU, memory and NVIDIA GPUs of this machine. */
export async function hardwareReport(): Promise<HardwareReport> {
  const processors = cpus();
  return {
    cpu_model: processors[0]?.model.trim() || 'unknown',
    logical_cores: Math.max(processors.length, 1),
    memory_mb: Math.floor(totalmem() / 2 ** 20),
    gpus: await gpus(),
  };
}
