import { foldersOf } from './file-names.js';

export interface ArchivedFile {
  /** With slashes, from the folder in which the archive is unpacked. */
  readonly path: string;
  readonly bytes: number;
  content(): AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
/** What fits into a header's own fields; more is said in an extended header before it. */
const MAX_NAME_BYTES = 100;
const MAX_BYTES = 8 ** 11 - 1;
/** A container's user may be anybody; where nobody may write, the mount says so. */
const FOLDER_MODE = 0o777;
const FILE_MODE = 0o666;

/**
 * The files and their folders as a tar archive (POSIX.1-2001), as they come.
 * @param madeAt in milliseconds, for all of them
 * @throws Error where a file's content is not as long as it is said to be; what `content` throws
 */
export async function* tarOf(files: readonly ArchivedFile[], madeAt: number): AsyncGenerator<Uint8Array> {
  const seconds = Math.floor(madeAt / 1_000);
  const made = new Set<string>();
  yield header({ name: './', type: '5', bytes: 0, mode: FOLDER_MODE, seconds });
  for (const file of files) {
    for (const folder of foldersOf(file.path)) {
      if (made.has(folder)) continue;
      made.add(folder);
      yield* entry({ name: `${folder}/`, type: '5', bytes: 0, mode: FOLDER_MODE, seconds });
    }
    yield* entry({ name: file.path, type: '0', bytes: file.bytes, mode: FILE_MODE, seconds });
    let written = 0;
    for await (const chunk of file.content()) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== file.bytes) throw new Error(`${file.path}: ${written} bytes instead of ${file.bytes}`);
    yield padding(written);
  }
  yield Buffer.alloc(2 * BLOCK);
}

interface Entry {
  name: string;
  type: '0' | '5' | 'x';
  bytes: number;
  mode: number;
  seconds: number;
}

function* entry(one: Entry): Generator<Uint8Array> {
  const records: string[] = [];
  if (Buffer.byteLength(one.name) > MAX_NAME_BYTES) records.push(record('path', one.name));
  if (one.bytes > MAX_BYTES) records.push(record('size', String(one.bytes)));
  if (records.length > 0) {
    const body = Buffer.from(records.join(''));
    yield header({ ...one, name: 'more', type: 'x', bytes: body.length });
    yield body;
    yield padding(body.length);
  }
  yield header(one);
}

function header({ name, type, bytes, mode, seconds }: Entry): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  // What does not fit is in the extended header.
  Buffer.from(name).copy(block, 0, 0, MAX_NAME_BYTES);
  const number = (value: number, at: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  number(mode, 100, 8);
  number(0, 108, 8);
  number(0, 116, 8);
  number(Math.min(bytes, MAX_BYTES), 124, 12);
  number(seconds, 136, 12);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (bytes + String(length).length !== length) length = bytes + String(length).length;
  return `${length}${rest}`;
}

const padding = (bytes: number): Uint8Array => Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);
