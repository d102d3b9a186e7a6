import { parseArgs } from 'node:util';
import { BENCHES } from './benches.js';
import { createReport } from './report.js';

const USAGE = `Usage: npm run bench -- NAME [--runs N] [--only FIGURE] [--jobs N] [--profile DIR]

${[...BENCHES].map(([name, { about, runs }]) => `  ${name.padEnd(18)}${about} (default ${runs} runs)`).join('\n')}

--only measures one figure of a bench: ${[...BENCHES].flatMap(([, { figures }]) => figures).join(', ')}.
--jobs sets how long the history is that the indexer replays or the API answers from: a million jobs are some 4.4 million transactions.
--profile writes CPU profiles of the localnet or the indexer into a folder; its figures are then lower.
Prints one JSON line for each figure; docs/benchmarks.md says how to read them.`;

const fail = (line: string): never => {
  console.error(`${line}\n\n${USAGE}`);
  process.exit(2);
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    only: { type: 'string' },
    jobs: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [name] = positionals;
const bench = BENCHES.get(name ?? '');
if (bench === undefined) fail(name === undefined ? 'Which bench?' : `There is no bench called ${name}.`);
else {
  const runs = values.runs === undefined ? bench.runs : Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > 1000)
    fail('--runs must be a whole number from 1 to 1000');
  const jobs = values.jobs === undefined ? undefined : Number(values.jobs);
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0)) fail('--jobs must be a whole number');
  const { only } = values;
  if (only !== undefined && !bench.figures.includes(only))
    fail(`${name} has no figure ${only} to measure alone.`);
  await bench.measure({
    runs,
    only,
    jobs,
    profileDir: values.profile,
    report: createReport(String(name), (line) => console.log(line)),
  });
}
