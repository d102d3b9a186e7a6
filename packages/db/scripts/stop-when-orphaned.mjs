// Started beside an embedded Postgres, its stdin a pipe that only its owner holds open:
// the pipe ends when the owner ends, by whatever signal, and then this stops the server.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [, , pgCtl, cluster, pid] = process.argv;

// The terminal's Ctrl-C reaches the whole group; the owner still wants the server while it shuts down.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

/** Whether the process is still this server: its number may have been given to another program since. */
function isServer() {
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-p', pid, '-o', 'command='], { encoding: 'utf8' });
    return command.includes(cluster);
  } catch {
    return false;
  }
}

process.stdin.on('error', () => {});
process.stdin.on('close', () => {
  if (process.platform === 'win32') {
    spawn(pgCtl, ['kill', 'INT', pid], { stdio: 'ignore' });
  } else if (isServer()) {
    // SIGINT is Postgres' fast shutdown: sessions are ended, nothing committed is lost.
    process.kill(Number(pid), 'SIGINT');
  }
});
process.stdin.resume();
