import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the other engines are, outside of the workspaces. */
export const PEERS_DIR = fileURLToPath(new URL('../../../peers/', import.meta.url));
const MARKER = join(PEERS_DIR, 'node_modules', '.inferscan-installed');

/**
 * Installs the other engines where they are not there in the versions of their lockfile.
 * @returns whether they are there; where not, it was said why on standard error
 */
export async function ensurePeers(): Promise<boolean> {
  const wanted = createHash('sha256')
    .update(await readFile(join(PEERS_DIR, 'package-lock.json')))
    .digest('hex');
  if ((await readFile(MARKER, 'utf8').catch(() => '')) === wanted) return true;
  console.error('Installing transformers.js and llama.cpp in bench/peers, some 1.2 GB …');
  // None of their install scripts is needed: they would only fetch builds for graphics cards.
  const args = ['ci', '--ignore-scripts', '--no-workspaces', '--no-audit', '--no-fund'];
  const npm = spawn('npm', args, {
    cwd: PEERS_DIR,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  try {
    const [code] = (await once(npm, 'close')) as [number | null];
    if (code !== 0) throw new Error(`npm ended with ${code}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`They cannot be installed (${reason}): what is compared with them is left out.`);
    return false;
  }
  await writeFile(MARKER, wanted);
  return true;
}
