// Started beside an embedded Postgres, its stdin a pipe that only its owner holds open:
// the pipe ends when the owner ends, by whatever signal, and then this stops the server.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [, , pgCtl, pidFile, pid] = process.argv;

// The terminal's Ctrl-C reaches the whole group; the owner still wants the server while it shuts down.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

process.stdin.on('error', () => {});
process.stdin.on('close', () => {
  let current;
  try {
    current = readFileSync(pidFile, 'utf8').split('\n')[0];
  } catch {
    process.exit(0);
  }
  // A server started later over the same data belongs to another owner.
  if (current !== pid) process.exit(0);
  if (process.platform === 'win32') {
    spawn(pgCtl, ['kill', 'INT', pid], { stdio: 'ignore' });
  } else {
    // SIGINT is Postgres' fast shutdown: sessions are ended, nothing committed is lost.
    process.kill(Number(pid), 'SIGINT');
  }
});
process.stdin.resume();
