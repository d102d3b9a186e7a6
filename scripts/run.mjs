// `npm run localnet`, `npm run worker`, …: builds one package and what it needs, then runs its command.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, ensureInstalled, ROOT, requireNode } from './bootstrap.mjs';

const [, , folder, ...args] = process.argv;
requireNode();
await ensureInstalled('product');
await build(`./${folder}`);
const command = join(ROOT, folder, 'dist', 'cli.js');
process.argv = [process.execPath, command, ...args];
await import(pathToFileURL(command).href);
