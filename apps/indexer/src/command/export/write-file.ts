import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { copyOut, type DatabaseClient } from '@inferscan/db';

const NEWLINE = 0x0a;

/**
 * Streams what a COPY sends into a file that is there only when it is whole. Memory does not grow with it.
 * @returns bytes written
 */
export async function writeCopy(
  client: DatabaseClient,
  copyStatement: string,
  path: string,
  options: { readonly signal: AbortSignal; readonly onProgress: (lines: number, bytes: number) => void },
): Promise<number> {
  const unfinished = `${path}.part`;
  let lines = 0;
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
      options.onProgress(lines, bytes);
      done(null, chunk);
    },
  });
  try {
    await pipeline(copyOut(client, copyStatement), counter, createWriteStream(unfinished), {
      signal: options.signal,
    });
    const file = await open(unfinished, 'r+');
    await file.sync();
    await file.close();
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  await folder.sync().catch(() => {});
  await folder.close();
  return bytes;
}
