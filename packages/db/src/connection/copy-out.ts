import type { Readable } from 'node:stream';

import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/**
 * What a COPY … TO STDOUT sends, as it comes: the server waits while nobody reads. Until it is read to its end, or
 * destroyed, the client can do nothing else.
 */
export function copyOut(client: pg.ClientBase, copyStatement: string): Readable {
  return client.query(copyTo(copyStatement));
}

/** Lines of COPY's text format, many at a time. */
export async function* copyLines(source: AsyncIterable<Buffer>): AsyncGenerator<string[], void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const whole = Buffer.concat([rest, chunk.subarray(0, end)]);
    rest = Buffer.from(chunk.subarray(end + 1));
    yield whole.toString('utf8').split('\n');
  }
}

const NEWLINE = 0x0a;
const UNESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The fields of a line of COPY's text format. */
export function copyFields(line: string): (string | null)[] {
  const fields = line.split('\t');
  if (!line.includes('\\')) return fields;
  return fields.map((field) => {
    if (field === '\\N') return null;
    return field.includes('\\')
      ? field.replace(/\\(.)/g, (_, escaped: string) => UNESCAPED[escaped] ?? escaped)
      : field;
  });
}
