#!/usr/bin/env node
import { terminalLog } from './command/log.js';
import { HELP, readCommand } from './command/options.js';
import { keepHeapSmall } from './command/small-heap.js';
import { UsageError } from './command/usage-error.js';
import type { Log } from './log.js';
import type { Localnet, LocalnetOptions } from './options.js';

async function start(options: LocalnetOptions, reset: boolean, log: Log): Promise<Localnet> {
  // Loaded late, so that help and complaints about options come at once.
  if (reset && options.dataDir !== undefined) {
    const { resetDataFolder } = await import('./data-folder.js');
    await resetDataFolder(options.dataDir);
  }
  const { createLocalnet } = await import('./localnet.js');
  return createLocalnet({ ...options, log, onFailure: () => process.exit(1) });
}

/** Stops on the first signal and keeps the data. */
function stopOnSignals(localnet: Localnet, log: Log): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    localnet.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log('error', 'could not stop cleanly', { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

keepHeapSmall();
try {
  const command = await readCommand(process.argv.slice(2), process.env);
  if (command.kind === 'help') process.stdout.write(HELP);
  else {
    const log = terminalLog(process.stderr);
    const localnet = await start(command.options, command.reset, log);
    stopOnSignals(localnet, log);
    const { describeReady } = await import('./command/banner.js');
    process.stdout.write(describeReady(localnet, command.options, process.stdout.isTTY === true));
  }
} catch (error) {
  const wrongUse = error instanceof UsageError;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (wrongUse) process.stderr.write('Try --help.\n');
  process.exit(wrongUse ? 2 : 1);
}
