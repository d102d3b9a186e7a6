import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

/** One job that the node was paid for. */
export const Earning = z.object({
  /** When the job ended, by the chain's clock. */
  at: z.iso.datetime(),
  job: z.string(),
  run: z.string(),
  market: z.string(),
  seconds: z.int().min(0),
  /** Base units of NOS, decimal. */
  earned: z.string().regex(/^\d+$/),
});
export type Earning = z.infer<typeof Earning>;

/** More than one line ever has. */
const TAIL_BYTES = 4_096;

/**
 * Adds a job to the node's list of earnings, one JSON line each; on the disk before it resolves. The job that was added last may
 * be added again, after a crash, without being there twice.
 */
export async function appendEarning(dir: string, earning: Earning): Promise<void> {
  const file = await open(join(dir, 'earnings.jsonl'), 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const tail = buffer.toString('utf8');
    const last = Earning.safeParse(parse(tail.trimEnd().split('\n').at(-1) ?? ''));
    if (last.success && last.data.run === earning.run) return;
    // A crash may have cut the last line off.
    const start = tail === '' || tail.endsWith('\n') ? '' : '\n';
    await file.appendFile(`${start}${JSON.stringify(earning)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
