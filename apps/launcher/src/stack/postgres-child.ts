// Runs the embedded Postgres as a child of its own, so that it also ends when the supervisor is killed.
import { startEmbeddedPostgres } from '@inferscan/db/embedded';

const dataDir = process.argv[2];
if (dataDir === undefined) {
  console.error('usage: postgres-child DATA_DIR');
  process.exit(2);
}

const postgres = await startEmbeddedPostgres({ dataDir });
console.log(`postgres ready url=${postgres.url}`);
const alive = setInterval(() => {}, 60_000);

let isStopping = false;
const stop = async (): Promise<void> => {
  if (isStopping) return;
  isStopping = true;
  clearInterval(alive);
  await postgres.stop();
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
