import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type Docker from 'dockerode';

import { type ContainerEngine, connectEngine } from '../../src/containers/engine.js';
import { until } from '../support/network.js';

const BUSYBOX = '/bin/busybox';
/** What the containers of these tests find in their image. */
const PROGRAMS = ['sh', 'cat', 'echo', 'env', 'grep', 'head', 'httpd', 'id', 'ls', 'mkdir', 'mount', 'nc'];
PROGRAMS.push('nslookup', 'printf', 'pwd', 'seq', 'sleep', 'test', 'touch', 'true', 'wget', 'yes');

export const IMAGE = 'inferscan-test:1';

/** The machine's own engine. */
const MACHINES_SOCKET = '/var/run/docker.sock';

export interface RealEngine {
  readonly engine: ContainerEngine;
  stop(): Promise<void>;
}

/**
 * The machine's engine where it runs, otherwise one in a folder of its own, with one image more: BusyBox. Two engines on one machine
 * would be in each other's way with their packet filters.
 */
export async function startEngine(): Promise<RealEngine> {
  const running = await connectEngine(MACHINES_SOCKET, {}).catch(() => null);
  if (running === null) return startOwnEngine();
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-docker-'));
  await importImage(running.docker, dir);
  return {
    engine: running,
    async stop() {
      await running.docker.getImage(IMAGE).remove({ force: true });
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function startOwnEngine(): Promise<RealEngine> {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-docker-'));
  const socket = join(dir, 'docker.sock');
  const config = join(dir, 'daemon.json');
  // Not the machine's own.
  await writeFile(config, '{}');
  const said: string[] = [];
  const child = spawn(
    'dockerd',
    [
      ...['--host', `unix://${socket}`, '--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')],
      ...['--pidfile', join(dir, 'pid'), '--config-file', config],
      // The machine's own bridge, packet filters and settings are left alone.
      ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--ip-forward=false'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  child.stderr?.on('data', (chunk: Buffer) => said.push(String(chunk)));
  try {
    const engine = await until('the engine to answer', () => {
      if (child.exitCode !== null) throw new Error(`dockerd ended: ${said.join('').slice(-2_000)}`);
      return existsSync(socket) && connectEngine(socket, {}).catch(() => null);
    });
    await importImage(engine.docker, dir);
    return { engine, stop: () => stopEngine(child, dir) };
  } catch (error) {
    await stopEngine(child, dir);
    throw error;
  }
}

async function importImage(docker: Docker, dir: string): Promise<void> {
  const root = join(dir, 'image');
  for (const folder of ['bin', 'tmp', 'www']) await mkdir(join(root, folder), { recursive: true });
  await copyFile(BUSYBOX, join(root, 'bin/busybox'));
  for (const program of PROGRAMS) await symlink('busybox', join(root, 'bin', program));
  const archive = join(dir, 'image.tar');
  execFileSync('tar', ['-C', root, '-cf', archive, '.']);
  const [repo, tag] = IMAGE.split(':');
  const answer = await docker.importImage(archive, { repo, tag });
  for await (const chunk of answer) {
    if (String(chunk).includes('errorDetail')) throw new Error(String(chunk));
  }
}

async function stopEngine(child: ChildProcess, dir: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await ended;
  }
  await rm(dir, { recursive: true, force: true });
}
