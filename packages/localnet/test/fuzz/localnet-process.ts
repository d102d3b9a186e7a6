import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../support.js';
import { connectInspector, type Inspector } from './inspector.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The localnet as users run it, in a process of its own: it can be seen to crash and to grow. */
export interface LocalnetProcess {
  readonly url: string;
  /** Its folder, for a process that continues it. */
  readonly dataDir: string;
  readonly port: number;
  readonly wsPort: number;
  /** How it ended, in words, or null while it runs. */
  ended(): string | null;
  /** What it wrote that it should not have: log lines of level error, and lines that are no log lines. */
  complaints(): readonly string[];
  /** Memory after a full garbage collection, in MiB. */
  memory(): Promise<{ rss: number; heap: number }>;
  /** Ends it as Ctrl-C does, keeps its data, and returns its exit code. */
  interrupt(): Promise<number | null>;
  /** Ends it in any case and removes its data. */
  remove(): Promise<void>;
}

export interface ProcessOptions {
  /** Continues the data of an earlier process; made when absent. */
  readonly dataDir?: string;
  readonly slotMs?: number;
}

/** Starts `dist/cli.js` with the control API on free ports. */
export async function startLocalnetProcess(options: ProcessOptions = {}): Promise<LocalnetProcess> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: build the package first`);
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'localnet-fuzz-')));
  const child = spawn(
    process.execPath,
    [
      // The inspector lets the test ask for a garbage collection; nothing else of the process is changed by it.
      '--inspect=127.0.0.1:0',
      CLI,
      ...['--data', dataDir, '--port', '0', '--control', '--slot-ms', String(options.slotMs ?? 100)],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = readOutput(child);
  try {
    const { rpc, ws } = await until('the localnet to be ready', async () => {
      const how = output.ended();
      if (how !== null)
        throw new Error(`the localnet ended at its start: ${how}\n${output.stderr.join('\n')}`);
      return output.ready();
    });
    const inspector = await connectInspector(
      await until('the address of the inspector', async () => output.inspectorUrl()),
    );
    return describe(child, dataDir, output, inspector, { rpc, ws });
  } catch (error) {
    await end(child, output, dataDir);
    throw error;
  }
}

interface Output {
  readonly stderr: string[];
  ready(): { rpc: string; ws: string } | null;
  inspectorUrl(): string | null;
  ended(): string | null;
}

function readOutput(child: ChildProcess): Output {
  const stdout: string[] = [];
  const stderr: string[] = [];
  let how: string | null = null;
  child.once('exit', (code, signal) => {
    how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  });
  if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => stdout.push(line));
  if (child.stderr !== null) {
    createInterface(child.stderr).on('line', (line) => {
      // Warnings about dropped transactions come by the thousand: they are the answer that is wanted.
      if (!isHarmless(line)) stderr.push(line);
    });
  }
  return {
    stderr,
    ready() {
      const [, rpc, ws] = /^localnet ready rpc=(\S+) ws=(\S+)/.exec(stdout[0] ?? '') ?? [];
      return rpc === undefined || ws === undefined ? null : { rpc, ws };
    },
    inspectorUrl: () => stderr.map((line) => /(ws:\/\/127\.\S+)/.exec(line)?.[1]).find(Boolean) ?? null,
    ended: () => how,
  };
}

/** Tells whether a line is a well-formed log line below the level of errors. */
function isHarmless(line: string): boolean {
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    return level === 'info' || level === 'warn';
  } catch {
    return false;
  }
}

function describe(
  child: ChildProcess,
  dataDir: string,
  output: Output,
  inspector: Inspector,
  urls: { rpc: string; ws: string },
): LocalnetProcess {
  return {
    url: urls.rpc,
    dataDir,
    port: Number(new URL(urls.rpc).port),
    wsPort: Number(new URL(urls.ws).port),
    ended: output.ended,
    complaints: () => output.stderr.filter((line) => !/^(Debugger |For help, see)/.test(line)),
    async memory() {
      const heap = await inspector.collectGarbage();
      return { rss: residentMib(child.pid ?? 0), heap: heap / 1_048_576 };
    },
    async interrupt() {
      inspector.close();
      child.kill('SIGINT');
      await until('the localnet to stop', async () => output.ended());
      return child.exitCode;
    },
    async remove() {
      inspector.close();
      await end(child, output, dataDir);
    },
  };
}

async function end(child: ChildProcess, output: Output, dataDir: string): Promise<void> {
  child.kill('SIGKILL');
  await until('the localnet to end', async () => output.ended());
  await rm(dataDir, { recursive: true, force: true });
}

function residentMib(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
