import { connectDatabase } from '@inferscan/db';

import { verifyArchive } from '../archive/verify.js';
import { readConfig } from '../config/environment.js';
import { createLog } from '../log.js';
import { EventsNotKeptError, readKept } from '../retention/kept.js';
import { createRpcClient } from '../rpc/client.js';
import type { Values } from './arguments.js';
import { readDatabaseUrl } from './database-config.js';
import { EXIT } from './exit-codes.js';
import { createProgress } from './progress.js';
import type { TableDifferences } from './refold/differences.js';
import { type RefoldOptions, refold } from './refold/refold.js';
import { showFolding } from './refold.js';
import { stopOnSignals } from './stop.js';
import { readStoredNetwork } from './stored-chain.js';
import { verifyCoverage } from './verify/coverage.js';
import { agree, archiveJson, describeReport, keptJson, type VerifyReport } from './verify/report.js';
import { verifyVaults } from './verify/vaults.js';

/** Looks whether archive, tables, ledgers and chain agree; changes nothing, and may run beside an indexer. */
export async function verify(values: Values, environment: NodeJS.ProcessEnv): Promise<number> {
  const isOffline = values.offline === true;
  const databaseUrl = isOffline ? readDatabaseUrl(environment) : readConfig(environment).databaseUrl;
  const log = createLog(environment.LOG_LEVEL || 'warn');
  const stop = stopOnSignals(log);
  const database = connectDatabase(databaseUrl, { applicationName: 'inferscan-indexer-verify' });
  // JSON has stdout for itself.
  const view = createProgress({
    label: 'verify',
    terminal: process.stderr,
    lines: values.json === true ? process.stderr : process.stdout,
  });
  try {
    const network = await readStoredNetwork(database);
    const archiveDir = environment.ARCHIVE_DIR || null;
    const archive =
      archiveDir === null
        ? null
        : archiveJson(
            archiveDir,
            await verifyArchive(archiveDir, {
              onProgress: (done, of) =>
                view.update({ done, of, text: `${done} of ${of} files of the archive` }),
            }),
          );
    const tables = await foldBeside({
      database,
      network,
      apply: false,
      signal: stop.signal,
      onProgress: showFolding(view),
    });
    const vaults = isOffline
      ? null
      : await verifyVaults(database, createRpcClient({ url: readConfig(environment).rpcUrls }), stop.signal);
    const kept = await readKept(database.pool);
    const found = { coverage: await verifyCoverage(database), kept: keptJson(kept), tables, vaults, archive };
    const report: VerifyReport = { agrees: agree(found), ...found };
    view.end('done');
    const text = values.json === true ? JSON.stringify(report, null, 2) : describeReport(report).join('\n');
    process.stdout.write(`${text}\n`);
    return report.agrees ? EXIT.done : EXIT.differs;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.interrupted;
    log.error({ err: error }, error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  } finally {
    stop.done();
    await database.close().catch(() => {});
  }
}

/** What the tables differ in from what folding gives; null where the events for that are not kept. */
async function foldBeside(options: RefoldOptions): Promise<readonly TableDifferences[] | null> {
  try {
    return (await refold(options)).tables;
  } catch (error) {
    if (error instanceof EventsNotKeptError) return null;
    throw error;
  }
}
