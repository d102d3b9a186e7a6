import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { TestNetwork, TestNode } from './network.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The worker's command as a process of its own. */
export interface NodeProcess {
  child: ChildProcess;
  lines: { msg: string }[];
  errors: string[];
  ended: Promise<{ code: number | null; signal: string | null }>;
}

/** Runs the built command. */
export function runCommand(network: TestNetwork, argv: readonly string[]): NodeProcess {
  const child = spawn(process.execPath, [CLI, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A killed node leaves its lock there.
    env: { ...process.env, TMPDIR: network.dir },
  });
  const lines: { msg: string }[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line.startsWith('{') ? (JSON.parse(line) as { msg: string }) : { msg: line });
  });
  const { SOAK_LOG } = process.env;
  if (SOAK_LOG) child.stdout.on('data', (chunk: Buffer) => appendFileSync(SOAK_LOG, chunk));
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  return { child, lines, errors, ended };
}

/** What a node on a test network is started with. */
export function nodeArguments(network: TestNetwork, node: TestNode): string[] {
  return [
    ...['--keypair', node.keypairFile, '--market', network.market],
    ...['--rpc', network.url, '--ws', network.wsUrl],
    ...['--pinning', network.storage.url, '--gateway', network.storage.url, '--state', node.stateDir],
    ...['--poll-seconds', '0.5', '--calibration-seconds', '0'],
  ];
}
