// Runs the embedded Postgres as a child of its own, so that it also ends when the supervisor is killed.
import { startEmbeddedPostgres } from '@inferscan/db/embedded';

const [, , dataDir, port] = process.argv;
if (dataDir === undefined || port === undefined) {
  console.error('usage: postgres-child DATA_DIR PORT');
  process.exit(2);
}

const postgres = await startEmbeddedPostgres({
  dataDir,
  port: Number(port),
  log: (line) => console.log(line),
  onLost: (reason) => {
    console.error(`the server is lost: ${reason}`);
    process.exit(1);
  },
});
if (postgres.port !== Number(port)) {
  console.error(`port ${port} is taken by another program`);
  await postgres.stop();
  process.exit(1);
}
console.log(`postgres ready on port ${postgres.port}, data in ${postgres.dataDir}`);
process.send?.({ ready: postgres.url });
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
