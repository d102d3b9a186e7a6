// `npm start`: installs what is missing, builds what changed, then hands over to the launcher in this process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, ensureInstalled, ROOT, requireNode } from './bootstrap.mjs';

requireNode();
await ensureInstalled('product');
await build('@inferscan/launcher');
const { main } = await import(pathToFileURL(join(ROOT, 'apps', 'launcher', 'dist', 'cli.js')).href);
await main(process.argv.slice(2));
