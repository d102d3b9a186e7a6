// `npm test`: every check of the project, in the order in which they fail fastest.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ROOT, requireNode, run, step, turbo } from './bootstrap.mjs';
import { clearReports, printFailures, REPORTING } from './test-reports.mjs';

const CI = process.env.CI === 'true';
const COLORS = process.stdout.isTTY ? '--colors=force' : '--colors=off';
const bin = (name) => join(ROOT, 'node_modules', '.bin', name);
const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
const hasEngine = existsSync('/var/run/docker.sock') || (process.getuid?.() === 0 && has('dockerd'));
const LONGEST = '@inferscan/indexer';
const canRunContainers = hasEngine && existsSync('/bin/busybox');
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** `needs` names what a machine must have; outside CI a check without it is skipped, in CI it fails. */
const CHECKS = [
  { name: 'lint and format', work: () => run(bin('biome'), ['ci', '--error-on-warnings', COLORS, '.']) },
  { name: 'dependency direction', work: () => run(bin('turbo'), ['boundaries'], { quiet: true }) },
  { name: 'unused code and dependencies', work: () => run(bin('knip'), ['--no-progress']) },
  { name: 'build', work: () => turbo(['build', '--output-logs=errors-only'], { quiet: true }) },
  { name: 'types', work: () => turbo(['typecheck', '--output-logs=errors-only'], { quiet: true }) },
  {
    name: 'programs rebuild byte-identical',
    needs: has(process.env.CLANG ?? 'clang-19') ? null : 'clang-19 (Debian: apt-get install clang-19)',
    work: () => run('npm', ['run', '--silent', 'check:programs']),
  },
  {
    name: 'unit, property and integration tests',
    work: testPackages,
  },
  {
    name: 'containers on a real engine',
    needs: canRunContainers
      ? null
      : 'a Docker engine, or dockerd as root, and a static /bin/busybox (Debian: apt-get install docker.io busybox-static)',
    work: () => turbo(['test:engine', '--output-logs=new-only']),
  },
  {
    name: 'whole system in a browser',
    needs: existsSync(chromium)
      ? null
      : `Chromium at ${chromium} (Debian: apt-get install chromium, or set CHROMIUM_PATH)`,
    work: () => turbo(['test:system', '--output-logs=new-only']),
  },
];

/**
 * The longest package beside all others, two at a time: begun in turn, it would go on alone for minutes when they are through.
 * All is built by now (`--only`).
 */
async function testPackages() {
  const packages = (...options) =>
    turbo(['test', '--only', '--continue', '--output-logs=new-only', ...options, '--', ...REPORTING]);
  const codes = await Promise.all([
    packages(`--filter=${LONGEST}`),
    packages(`--filter=!${LONGEST}`, '--concurrency=2'),
  ]);
  return codes.find((code) => code !== 0) ?? 0;
}

requireNode();
await ensureInstalled('all');
clearReports();
const outcome = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
for (const check of CHECKS) {
  if (check.needs && !CI) {
    console.log(`  - ${check.name}: skipped, needs ${check.needs}`);
    outcome.skipped += 1;
    continue;
  }
  if (check.needs) console.error(`  ✗ ${check.name}: needs ${check.needs}`);
  const code = check.needs ? 1 : await step(check.name, check.work);
  if (code === 0) outcome.passed += 1;
  else {
    outcome.failed += 1;
    failures.push(check.name);
    if (check.name === 'build') break;
  }
}
printFailures();
if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`Checks: ${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`);
process.exit(outcome.failed === 0 ? 0 : 1);
