#!/usr/bin/env node
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { createStorageServer } from './server/storage-server.js';
import { createDiskStore } from './store/disk-store.js';

const HELP = `Serves a content store: Pinata-compatible pinning and an IPFS gateway.

  inferscan-storage --data DIR [--port 8901] [--host 127.0.0.1] [--max-bytes 8388608]

  --data DIR      where the files are kept (created if missing)
  --port N        0 takes any free port
  --host H        beyond loopback, STORAGE_TOKEN must be set
  --max-bytes N   largest document or file, in bytes

Environment: STORAGE_TOKEN, bearer token that pinning requests must carry.
`;

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) {
    throw new Error(`--${name} must be a whole number from 0 to ${max}, got ${JSON.stringify(text)}`);
  }
  return value;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '8901' },
      host: { type: 'string', default: '127.0.0.1' },
      'max-bytes': { type: 'string', default: String(8 * 1024 * 1024) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (!values.data)
    throw new Error('--data DIR is missing: where shall the files be kept? (--help tells more)');
  const token = process.env.STORAGE_TOKEN;
  const server = await createStorageServer({
    store: createDiskStore(resolve(values.data)),
    host: values.host,
    port: wholeNumber('port', values.port, 65_535),
    maxBytes: wholeNumber('max-bytes', values['max-bytes'], 1024 ** 3),
    ...(token ? { token } : {}),
    onError: (error) => console.error('storage:', error instanceof Error ? error.message : error),
  });
  process.stdout.write(`storage ready url=${server.url}\n`);
  const stop = () => {
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(`storage: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
