import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseOptions, USAGE } from './options.js';
import { ChildFailedError } from './process/child.js';
import { choosePort } from './process/ports.js';
import { createSupervisor } from './process/supervisor.js';
import { bringUp } from './stack/bring-up.js';
import { lockDataDir } from './stack/lock.js';
import { REPOSITORY_ROOT } from './stack/paths.js';
import { createReporter } from './terminal/reporter.js';

/** Waits for the first signal that asks to stop; a second one ends the process at once. */
function stopRequest(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(130);
        isAsked = true;
        resolve(signal);
      });
    }
  });
}

/** The `npm start` command after installing and building. Ends the process with 0 on Ctrl-C, 1 on failure, 2 on wrong use. */
export async function main(argv: readonly string[]): Promise<void> {
  const reporter = createReporter((line) => console.log(line));
  const parsed = parseOptions(argv, process.env, REPOSITORY_ROOT);
  if (parsed.kind === 'help') {
    console.log(USAGE);
    return;
  }
  if (parsed.kind === 'error') {
    for (const line of parsed.lines) reporter.problem(line);
    console.log('\nnpm start -- --help shows what is valid.');
    process.exitCode = 2;
    return;
  }
  const { options } = parsed;
  const stopAsked = stopRequest();
  const supervisor = createSupervisor({
    logDir: join(options.dataDir, 'logs'),
    // Marks every process of this stack, so that people can find them: ps eww | grep INFERSCAN_DATA
    env: { INFERSCAN_DATA: options.dataDir },
    onEvent: (event) => {
      const log = relative(process.cwd(), event.logFile);
      if (event.kind === 'restarted') reporter.note(`${event.name} runs again`);
      else reporter.problem(`${event.name} crashed and will be restarted (${event.detail}); log: ${log}`);
    },
  });
  let release = () => {};
  try {
    const webPort = await choosePort(options.webPort, 3000, 'the explorer', '--port');
    ({ release } = lockDataDir(options.dataDir, `http://localhost:${webPort}`));
    reporter.title(`Inferscan on ${options.cluster}`);
    const started = bringUp(options, webPort, supervisor, reporter.step);
    const first = await Promise.race([started, stopAsked.then(() => null)]);
    if (first !== null) {
      reporter.ready(first, [
        `data and logs in ${relative(process.cwd(), options.dataDir) || '.'}`,
        'Ctrl-C stops everything',
      ]);
      await stopAsked;
    } else started.catch(() => {});
    reporter.note('stopping…');
    await supervisor.stop();
    release();
    reporter.note('stopped');
    process.exit(0);
  } catch (error) {
    const details = error instanceof ChildFailedError ? error.lines : [];
    reporter.problem(error instanceof Error ? error.message : String(error), details);
    if (error instanceof ChildFailedError) reporter.note(`log: ${supervisor.logFile(error.child)}`);
    await supervisor.stop();
    release();
    process.exit(1);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
}
