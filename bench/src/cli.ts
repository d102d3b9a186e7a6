import { parseArgs } from 'node:util';
import { benchE2e } from './e2e/e2e.js';
import { createReport } from './report.js';

const USAGE = `Usage: npm run bench -- NAME [--runs N]

  e2e    start-up times, confirmed transaction to page, posted job to result (default 50 runs)

Prints one JSON line for each figure; docs/benchmarks.md says how to read them.`;

const fail = (line: string): never => {
  console.error(`${line}\n\n${USAGE}`);
  process.exit(2);
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '50' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [name] = positionals;
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1 || runs > 1000) fail('--runs must be a whole number from 1 to 1000');
if (name !== 'e2e') fail(name === undefined ? 'Which bench?' : `There is no bench called ${name}.`);
await benchE2e(
  runs,
  createReport('e2e', (line) => console.log(line)),
);
