import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

import { createInferenceEngine } from '@inferscan/inference';

import { calibrate as measure } from '../hardware/calibration.js';
import { threadCount } from '../options.js';
import { type Command, UsageError } from './command.js';
import { providerSetting } from './provider-setting.js';
import { describeSettings, numberFrom, readSettings, type SettingsTable, text } from './settings.js';

const SETTINGS = {
  models: {
    kind: 'text',
    value: 'DIR',
    help: 'models to measure (default: those of this project)',
    schema: text('a folder').optional(),
  },
  threads: {
    kind: 'number',
    value: 'N',
    help: 'threads per inference, or auto to find out which number is best (default: auto)',
    schema: threadCount.default('auto'),
  },
  provider: providerSetting,
  seconds: {
    kind: 'number',
    value: 'N',
    help: 'how long all of it may take, besides loading models (default: 20)',
    schema: numberFrom(0.1, 3600).default(20),
  },
} as const satisfies SettingsTable;

/** Measures this machine, and says what a node would publish. */
export const calibrate: Command = {
  summary: 'measure how fast this machine runs the models',
  help: `Measures memory bandwidth, and tokens per second of each text model in each precision, for one user at a time.

  npm run worker -- calibrate [options]

${describeSettings(SETTINGS)}

A node does this at its first start, and again for new models (start --calibration-seconds). Nothing is kept here.
`,
  async run(argv) {
    const { settings, positionals } = readSettings(SETTINGS, argv);
    if (positionals.length > 0) throw new UsageError(`calibrate takes options only, got ${positionals[0]}`);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort(new Error('stopped')));
    const { models } = settings;
    const { threads, memoryBandwidth } = await measure({
      createEngine: (count) =>
        createInferenceEngine({
          threads: count,
          providers: settings.provider,
          ...(models === undefined ? {} : { modelsDir: resolve(models) }),
        }),
      threads: settings.threads,
      cores: availableParallelism(),
      budgetMs: settings.seconds * 1000,
      known: null,
      signal: stop.signal,
      onFigure: (figure) => {
        const speed = `${figure.tokensPerSecond} tokens/s`;
        const count = `${figure.threads} thread${figure.threads === 1 ? '' : 's'}`;
        console.log(`${figure.model.padEnd(32)}${figure.precision.padEnd(6)}${count.padEnd(12)}${speed}`);
      },
    });
    if (memoryBandwidth !== null)
      console.log(`memory: ${memoryBandwidth.toFixed(1)} GB/s copied by one thread`);
    console.log(`threads per inference: ${threads}`);
    return 0;
  },
};
