// Preloaded into every child (node --import): when the supervisor is gone, however it died, so is the child.
import { isMainThread } from 'node:worker_threads';

const GRACE_MS = 8_000;

if (isMainThread && process.channel) {
  process.channel.unref();
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
}
