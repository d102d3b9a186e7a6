// What `npm start` and `npm test` need before any dependency is there: plain Node, no imports but node:.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MARKER = join(ROOT, 'node_modules', '.inferscan-installed');
const MINIMUM_NODE = [20, 19];

/** Stops with a plain sentence when this Node is older than what the dependencies run on. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantMajor, wantMinor] = MINIMUM_NODE;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return;
  console.error(
    `Inferscan needs Node ${wantMajor}.${wantMinor} or newer; this is Node ${process.versions.node}.`,
  );
  process.exit(1);
}

/**
 * Runs a command, resolves with its exit code; output goes to the terminal, or is kept and shown on failure (`quiet`), or
 * never shown (`quiet: 'always'`).
 */
export function run(command, args, { quiet = false, env = {}, cwd = ROOT } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1', ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    const kept = [];
    child.stdout?.on('data', (chunk) => kept.push(chunk));
    child.stderr?.on('data', (chunk) => kept.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (quiet === true && code !== 0) process.stderr.write(Buffer.concat(kept));
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}

/**
 * One line while something long runs: rewritten on a terminal, printed once elsewhere; on
 * standard error, so that standard output carries results alone.
 */
export async function step(label, work) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const live = process.stderr.isTTY;
  if (!live) console.error(`  … ${label}`);
  const timer = live ? setInterval(() => process.stderr.write(`\r  … ${label} ${seconds()} `), 200) : null;
  try {
    const code = await work();
    process.stderr.write(`${live ? '\r\u001b[K' : ''}  ${code === 0 ? '✓' : '✗'} ${label} ${seconds()}\n`);
    return code;
  } finally {
    if (timer) clearInterval(timer);
  }
}

const fingerprint = () =>
  createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .update(`${process.platform} ${process.arch} ${process.versions.modules}`)
    .digest('hex');

/** What is installed: of which lock file, and whether all of it, or only what builds and runs the product. */
function installed() {
  const folder = existsSync(join(ROOT, 'node_modules'));
  if (!existsSync(MARKER)) return { fingerprint: null, all: folder };
  const [of, scope] = readFileSync(MARKER, 'utf8').split(' ');
  return { fingerprint: of, all: scope !== 'product' };
}

/**
 * Installs the locked dependencies when the lock file, the platform or Node changed since the last time. `product` leaves
 * out what only tests and checks use (`devDependencies`: a quarter of the time), unless that is there already.
 */
export async function ensureInstalled(scope) {
  const before = installed();
  const all = scope === 'all' || before.all;
  const wanted = fingerprint();
  if (before.fingerprint === wanted && (before.all || !all)) return;
  const options = all ? [] : ['--omit=dev'];
  const code = await step('installing dependencies (a minute or two the first time)', async () => {
    // What npm has is taken without asking whether it changed, and when that does not do, as always.
    const quick = await npmInstall([...options, '--prefer-offline'], { quiet: 'always' });
    return quick === 0 ? 0 : npmInstall(options, { quiet: true });
  });
  if (code !== 0) {
    console.error('Installing failed; the lines above are npm’s own. Try again with `npm install`.');
    process.exit(1);
  }
  writeFileSync(MARKER, `${wanted} ${all ? 'all' : 'product'}`);
}

// Not `npm ci`: it refuses a lock file that lacks the binaries of other platforms, which a registry mirror
// that carries one platform alone makes unavoidable. The versions are the locked ones all the same.
const npmInstall = (options, output) =>
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...options], output);

const TURBO = join(ROOT, 'node_modules', '.bin', 'turbo');

/** Runs Turborepo tasks; unchanged packages come from its cache. */
export function turbo(args, options) {
  return run(TURBO, ['run', '--ui=stream', ...args], options);
}

/** Builds every package, or one and what it needs; prints only what fails. */
export async function build(filter) {
  const only = filter === undefined ? [] : [`--filter=${filter}`];
  const code = await step('building', () =>
    turbo(['build', '--output-logs=errors-only', '--log-prefix=none', ...only], { quiet: true }),
  );
  if (code !== 0) process.exit(1);
}
