import { createWriteStream, type WriteStream } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { z } from 'zod';
import { PRELOAD } from '../stack/paths.js';

/** One program that the supervisor runs. */
export interface ChildSpec {
  readonly name: string;
  /** Absolute path of a JavaScript file; it runs under this Node. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** It computes for others to wait for: whatever answers people goes before it when processors are short. */
  readonly inBackground?: true;
  /** Children stop from the highest tier down; those of one tier stop together. */
  readonly tier: number;
  /** Tells from a line of output that the child is ready. */
  readonly readyLine?: RegExp;
  /**
   * The child says that it is ready by an IPC message `{ ready: string }`, for a value that holds a secret:
   * output goes to log files and, after a crash, to the terminal.
   */
  readonly readyBySecret?: true;
  /** Asked until it resolves to true, for children that don't say so themselves. */
  readonly readyWhen?: () => Promise<boolean>;
  /** How long to wait for readiness, and for the end after SIGTERM. Milliseconds. */
  readonly readyTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
}

export interface RunningChild {
  readonly name: string;
  readonly pid: number | undefined;
  /**
   * Resolves with the match of `readyLine`, the value of `readyBySecret` or nothing for `readyWhen`; rejects when
   * the child ends before or is late.
   */
  readonly ready: Promise<readonly string[]>;
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** SIGTERM, then SIGKILL after the grace time. */
  stop(): Promise<void>;
  /** The last lines it printed, oldest first. */
  lastLines(): readonly string[];
}

const readyMessage = z.object({ ready: z.string() });
const KEPT_LINES = 20;
const POLL_MS = 100;

export class ChildFailedError extends Error {
  constructor(
    readonly child: string,
    readonly lines: readonly string[],
    reason: string,
  ) {
    super(`${child} ${reason}`);
    this.name = 'ChildFailedError';
  }
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
  } catch {
    // It ended already, or the system has no priorities to give.
  }
}

/** Starts a child whose output goes to `logFile` (appended). */
export function startChild(spec: ChildSpec, logFile: string): RunningChild {
  const log: WriteStream = createWriteStream(logFile, { flags: 'a' });
  const kept: string[] = [];
  const subprocess = execa(process.execPath, ['--import', PRELOAD, spec.script, ...(spec.args ?? [])], {
    ...(spec.cwd ? { cwd: spec.cwd } : {}),
    env: { ...spec.env },
    stdin: 'ignore',
    ipc: true,
    buffer: false,
    reject: false,
    // The supervisor ends its children itself, in order; a terminal's Ctrl-C must not reach them first.
    detached: process.platform !== 'win32',
    cleanup: false,
  });
  if (spec.inBackground && subprocess.pid !== undefined) giveWay(subprocess.pid);
  let onLine: (line: string) => void = () => {};
  const drained: Promise<void>[] = [];
  for (const stream of [subprocess.stdout, subprocess.stderr]) {
    if (!stream) continue;
    const lines = createInterface({ input: stream });
    drained.push(new Promise((resolve) => lines.once('close', resolve)));
    lines.on('line', (line) => {
      log.write(`${line}\n`);
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      onLine(line);
    });
  }
  let isOver = false;
  const ended = subprocess.then(async (result) => {
    isOver = true;
    // What it printed last is the reason people look for: keep it before anyone hears of the end.
    await Promise.all(drained);
    await new Promise<void>((resolve) => log.end(resolve));
    return { code: result.exitCode ?? null, signal: result.signal ?? null };
  });
  const ready = new Promise<readonly string[]>((resolve, reject) => {
    const fail = (reason: string) => reject(new ChildFailedError(spec.name, [...kept], reason));
    const timeoutMs = spec.readyTimeoutMs ?? 60_000;
    const timer = setTimeout(() => fail(`was not ready after ${timeoutMs / 1000} s`), timeoutMs);
    const done = (match: readonly string[]) => {
      clearTimeout(timer);
      resolve(match);
    };
    void ended.then(({ code, signal }) => {
      clearTimeout(timer);
      fail(`ended before it was ready (${signal ?? `exit code ${code}`})`);
    });
    const { readyLine, readyBySecret, readyWhen } = spec;
    if (readyBySecret) {
      subprocess.on('message', (message) => {
        const parsed = readyMessage.safeParse(message);
        if (parsed.success) done([parsed.data.ready]);
      });
    } else if (readyLine) {
      onLine = (line) => {
        const match = readyLine.exec(line);
        if (match) done([...match]);
      };
    } else if (readyWhen) {
      const ask = async (): Promise<void> => {
        if (isOver) return;
        if (await readyWhen().catch(() => false)) return done([]);
        setTimeout(() => void ask(), POLL_MS);
      };
      void ask();
    } else done([]);
  });
  // A child that fails later is reported through `ended`; nobody may be left to await `ready` by then.
  ready.catch(() => {});
  return {
    name: spec.name,
    pid: subprocess.pid,
    ready,
    ended,
    lastLines: () => [...kept],
    async stop() {
      if (isOver) return;
      subprocess.kill('SIGTERM');
      const timer = setTimeout(() => subprocess.kill('SIGKILL'), spec.stopTimeoutMs ?? 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
