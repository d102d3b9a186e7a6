import { readConfig } from '../config/environment.js';
import { runIndexer } from '../indexer.js';
import { createLog } from '../log.js';
import { startOps } from '../ops/ops.js';
import { readOpsConfig } from '../ops/ops-config.js';
import type { Values } from './arguments.js';
import { EXIT } from './exit-codes.js';
import { stopOnSignals } from './stop.js';

/** Reads history, follows the tip, for ever. */
export async function follow(values: Values, environment: NodeJS.ProcessEnv): Promise<number> {
  const config = readConfig(environment);
  const opsConfig = readOpsConfig(environment);
  const log = createLog(config.logLevel);
  const stop = stopOnSignals(log);
  try {
    const ops = opsConfig === null ? null : await startOps(opsConfig, config, log);
    try {
      await runIndexer(
        {
          config,
          log,
          reset: values.reset === true,
          ...(ops === null ? {} : { observer: ops.observer }),
          onReady: () => process.stdout.write('indexer ready\n'),
          onStandby: () => process.stdout.write('indexer stands by\n'),
        },
        stop.signal,
      );
    } finally {
      await ops?.close();
    }
    log.info('stopped');
    return EXIT.done;
  } catch (error) {
    log.error({ err: error }, error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  } finally {
    stop.done();
  }
}
