import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choosePort, choosePortPair } from '../src/process/ports.js';
import { lockDataDir } from '../src/stack/lock.js';

let dir: string;
let server: Server;
let taken: number;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'inferscan-lock-'));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  taken = address !== null && typeof address === 'object' ? address.port : 0;
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await new Promise((resolve) => server.close(resolve));
});

test('a data folder is used by one living launcher at a time', () => {
  // The parent of this process is alive and is not this process.
  writeFileSync(
    join(dir, 'launcher.json'),
    JSON.stringify({ pid: process.ppid, url: 'http://localhost:3000' }),
  );
  expect(() => lockDataDir(dir, 'http://localhost:3001')).toThrow(
    `(process ${process.ppid}) at http://localhost:3000`,
  );
});

test.each(['{"pid":', '{"pid":2147483646,"url":"http://localhost:3000"}'])(
  'a lock that a crash left is taken over: %s',
  (content) => {
    writeFileSync(join(dir, 'launcher.json'), content);
    const lock = lockDataDir(dir, 'http://localhost:3000');
    lock.release();
    expect(() => lockDataDir(dir, 'http://localhost:3000').release()).not.toThrow();
  },
);

test('a port that was asked for and is taken is an error that says how to go on', async () => {
  await expect(choosePort(taken, 3000, 'the explorer', '--port')).rejects.toThrow(
    `Port ${taken} for the explorer is taken by another program. Stop that one, or choose another with --port.`,
  );
  // Somebody else may have the one before it.
  await expect(choosePortPair(taken - 1, 8899, 'the RPC', '--rpc-port')).rejects.toThrow(
    new RegExp(`^Port (${taken - 1}|${taken}) for the RPC is taken`),
  );
});

test('without a wish the next free port is found', async () => {
  expect(await choosePort(null, taken, 'the explorer', '--port')).not.toBe(taken);
});
