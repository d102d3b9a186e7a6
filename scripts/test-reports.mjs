// What failed in the packages' tests, said once more at the end, where a reader of a long log looks first.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './bootstrap.mjs';

const REPORT = 'node_modules/.test-report.json';
const MAX_LINES = 25;

/** Arguments of vitest: print as usual but the output of tests that pass, and write a report beside it. */
export const REPORTING = [
  '--silent=passed-only',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${REPORT}`,
];

const reports = () => workspaces().map((folder) => join(folder, REPORT));

function workspaces() {
  const { workspaces: patterns } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return patterns.flatMap((pattern) => expand(pattern));
}

function expand(pattern) {
  if (!pattern.endsWith('/*')) return [join(ROOT, pattern)];
  const parent = join(ROOT, pattern.slice(0, -2));
  return readdirSync(parent).map((name) => join(parent, name));
}

/** Removes the reports of an earlier run, so that none is taken for this one's. */
export function clearReports() {
  for (const report of reports()) rmSync(report, { force: true });
}

/** Prints every failed test with its file and the beginning of its error. */
export function printFailures() {
  for (const path of reports()) {
    let report;
    try {
      report = JSON.parse(readFileSync(path, 'utf8'));
    } catch {
      continue; // a package without tests, or one whose run ended before it could report
    }
    for (const file of report.testResults.filter(({ status }) => status === 'failed')) {
      const name = relative(ROOT, file.name);
      const failed = file.assertionResults.filter(({ status }) => status === 'failed');
      if (failed.length === 0) show(name, file.message);
      for (const test of failed) show(`${name} > ${test.fullName}`, test.failureMessages.join('\n'));
    }
  }
}

function show(what, message) {
  const lines = (message ?? '').split('\n').slice(0, MAX_LINES);
  console.log(`\n✗ ${what}\n${lines.map((line) => `    ${line}`).join('\n')}`);
}
