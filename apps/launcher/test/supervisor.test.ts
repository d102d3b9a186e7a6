import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChildFailedError, type ChildSpec } from '../dist/process/child.js';
import { type ChildEvent, createSupervisor, type Supervisor } from '../dist/process/supervisor.js';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const spec = (mode: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  name: mode,
  tier: 0,
  script: fixture('server.mjs'),
  args: [mode],
  readyLine: /fixture ready url=http:\/\/127\.0\.0\.1:(\d+)/,
  ...more,
});
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const pidOf = (match: readonly string[]): number => Number(match[1]);

let logDir: string;
let events: ChildEvent[];
let supervisor: Supervisor;

beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), 'inferscan-supervisor-'));
  events = [];
  supervisor = createSupervisor({ logDir, onEvent: (event) => events.push(event) });
});
afterEach(async () => {
  await supervisor.stop();
  rmSync(logDir, { recursive: true, force: true });
});

describe('a supervised child', () => {
  test('is ready when its line appears, and ends cleanly on stop', async () => {
    const pid = pidOf(await supervisor.start(spec('stay')));
    expect(isAlive(pid)).toBe(true);
    await supervisor.stop();
    expect(isAlive(pid)).toBe(false);
    expect(readFileSync(supervisor.logFile('stay'), 'utf8')).toContain('stopped cleanly');
    expect(events).toEqual([]);
  });

  test('hands over a secret that is in no log', async () => {
    const { readyLine: _, ...silent } = spec('secret');
    expect(await supervisor.start({ ...silent, readyBySecret: true })).toEqual(['a value for nobody else']);
    await supervisor.stop();
    expect(readFileSync(supervisor.logFile('secret'), 'utf8')).not.toContain('nobody else');
  });

  test('in the background gives way to the others', async () => {
    const pid = pidOf(await supervisor.start(spec('stay', { inBackground: true })));
    const other = pidOf(await supervisor.start(spec('stay', { name: 'other' })));
    expect(getPriority(pid)).toBe(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
    expect(getPriority(other)).toBe(getPriority());
  });

  test('that dies before it is ready is reported with its last lines', async () => {
    const failure = supervisor.start(spec('die-early'));
    await expect(failure).rejects.toThrow(ChildFailedError);
    await expect(failure).rejects.toThrow('die-early ended before it was ready (exit code 3)');
    await expect(failure).rejects.toMatchObject({ lines: [expect.stringContaining('starting pid=')] });
  });

  test('that never becomes ready is reported after its time', async () => {
    await expect(supervisor.start(spec('mute', { readyTimeoutMs: 400 }))).rejects.toThrow(
      'mute was not ready after 0.4 s',
    );
  });

  test('that ignores SIGTERM is killed after the grace time', async () => {
    const pid = pidOf(await supervisor.start(spec('stubborn', { stopTimeoutMs: 300 })));
    await supervisor.stop();
    expect(isAlive(pid)).toBe(false);
    expect(readFileSync(supervisor.logFile('stubborn'), 'utf8')).toContain('ignoring SIGTERM');
  });

  test('that is killed is started again under the same name', async () => {
    const pid = pidOf(await supervisor.start(spec('stay')));
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(
      () => expect(events.map((event) => event.kind)).toEqual(['crashed', 'restarted']),
      30_000,
    );
    expect(events[0]?.detail).toContain('SIGKILL');
    const pids = [...readFileSync(supervisor.logFile('stay'), 'utf8').matchAll(/starting pid=(\d+)/g)].map(
      pidOf,
    );
    expect(pids).toHaveLength(2);
    expect(pids.map(isAlive)).toEqual([false, true]);
  });
});

test('a supervisor killed with SIGKILL takes its children with it', async () => {
  const parent = spawn(process.execPath, [fixture('supervise.mjs'), fixture('server.mjs'), logDir]);
  const pids: number[] = [];
  for await (const line of createInterface({ input: parent.stdout })) {
    if (line === 'all up') break;
    pids.push(Number(/pid=(\d+)/.exec(line)?.[1]));
  }
  expect(pids).toHaveLength(2);
  expect(pids.map(isAlive)).toEqual([true, true]);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), 30_000);
});
