import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const CLI = join(dirname(createRequire(import.meta.url).resolve('@inferscan/localnet')), 'cli.js');

const PATIENCE_MS = 60_000;

/** The localnet command as its users run it: a process of its own. */
export interface LocalnetProcess {
  readonly url: string;
  readonly wsUrl: string;
  /** Milliseconds from starting the process until it answered a first request. */
  readonly startMs: number;
  /** Memory of the process that is in RAM, in MB (2^20 bytes): now, and the most there ever was. */
  memory(): Promise<{ now: number; peak: number }>;
  /** Processor time that it took so far, in ms, on all cores; in steps of 10 ms. */
  processorMs(): Promise<number>;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
}

export interface LocalnetStart {
  readonly dataDir: string;
  readonly slotMs?: number;
  readonly control?: boolean;
  /** Folder for a CPU profile of the process, written when it ends. */
  readonly profileDir?: string | undefined;
}

/** Starts the localnet on free ports of this computer and waits until it answers. */
export async function startLocalnet(start: LocalnetStart): Promise<LocalnetProcess> {
  const { dataDir, slotMs, control, profileDir } = start;
  const node = profileDir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir];
  const args = [...node, CLI, '--data', dataDir, '--port', '0', '--ws-port', '0', '--content-port', '0'];
  if (slotMs !== undefined) args.push('--slot-ms', String(slotMs));
  if (control === true) args.push('--control');
  const since = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const over = once(child, 'close');
  const ready = new Promise<{ url: string; wsUrl: string }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, url, wsUrl] = /^localnet ready rpc=(\S+) ws=(\S+)/.exec(line) ?? [];
      if (url !== undefined && wsUrl !== undefined) resolve({ url, wsUrl });
    });
    over.then(() => reject(new Error('the localnet ended before it was ready')), reject);
    setTimeout(() => reject(new Error('the localnet is not ready after 60 s')), PATIENCE_MS).unref();
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await over;
  };
  try {
    const { url, wsUrl } = await ready;
    await firstAnswer(url);
    const startMs = performance.now() - since;
    return {
      url,
      wsUrl,
      startMs,
      memory: () => memoryOf(child.pid),
      processorMs: () => processorMsOf(child.pid),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstAnswer(url: string): Promise<void> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getHealth' });
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const answer: unknown = await response.json();
  if (JSON.stringify(answer).includes('"ok"')) return;
  throw new Error(`the localnet is not healthy: ${JSON.stringify(answer)}`);
}

/** @throws Error where there is no /proc, which is everywhere but on Linux. */
async function memoryOf(pid: number | undefined): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (kilobytes === undefined) throw new Error(`the system does not tell the ${name} of a process`);
    return Number(kilobytes) / 1024;
  };
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

const MS_PER_TICK = 10;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** @throws Error where there is no /proc. */
async function processorMsOf(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The command's name comes second, in brackets, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * MS_PER_TICK;
}
