import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface NodeLock {
  release(): Promise<void>;
}

/**
 * A socket's path may have about 100 bytes, so its name is a digest; the listener dies with its process.
 * Linux and Windows have names outside the file system, which a killed process cannot leave behind.
 */
function lockPath(key: string): string {
  const name = `inferscan-${createHash('sha256').update(key).digest('hex').slice(0, 20)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Makes sure that one process at a time on this machine acts for a key. Freed by the process's death, however it dies.
 * @throws Error if another process holds it
 */
export async function acquireNodeLock(key: string): Promise<NodeLock> {
  const path = lockPath(key);
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = await listen(path);
    if (server) {
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    }
    if (await isAlive(path)) break;
    await unlink(path).catch(() => undefined);
  }
  throw new Error(`another process on this machine already works for ${key}`);
}
