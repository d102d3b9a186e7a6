import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const SOME_MARKET = 'GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh';

/** Runs the command with a key of its own and services that are not there, and waits until it ends. */
export async function runCli([command = '', ...settings]: readonly string[]) {
  const dir = await mkdtemp(join(tmpdir(), 'inferscan-cli-'));
  try {
    const { privateKey } = generateKeyPairSync('ed25519');
    const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
    const key = Buffer.concat([d, x].map((part) => Buffer.from(part, 'base64url')));
    const keypair = join(dir, 'key.json');
    await writeFile(keypair, JSON.stringify([...key]));
    const nowhere = 'http://127.0.0.1:1';
    const child = spawn(process.execPath, [
      ...[CLI, command, '--keypair', keypair, '--market', SOME_MARKET, '--state', dir],
      ...['--rpc', nowhere, '--pinning', nowhere, '--gateway', nowhere, ...settings],
    ]);
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += String(chunk);
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, errors };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
