import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { ArchiveRefused } from './errors.js';

export const MANIFEST = 'archive.json';

export const segmentName = (sequence: number): string => `${String(sequence).padStart(8, '0')}.segment`;
export const journalName = (sequence: number): string => `${String(sequence).padStart(8, '0')}.journal`;

/** The number of a file of the archive, of one kind or any; null for other files. */
export function sequenceOf(name: string, kind?: 'segment' | 'journal'): number | null {
  const [, digits, ending] = /^(\d{8})\.(segment|journal)/.exec(name) ?? [];
  if (digits === undefined || (kind !== undefined && name !== `${digits}.${kind}`)) return null;
  return ending === undefined ? null : Number(digits);
}

const Manifest = z.strictObject({
  format: z.literal(1),
  genesisHash: z.string(),
  /** What the archive follows: the addresses whose transactions are complete in it. */
  scope: z.array(z.string()),
});
export type Manifest = z.output<typeof Manifest>;

/** Null when the folder holds no archive. @throws ArchiveRefused when it is one that this code does not read */
export async function readManifest(dir: string): Promise<Manifest | null> {
  let text: string;
  try {
    text = await readFile(join(dir, MANIFEST), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new ArchiveRefused(`${join(dir, MANIFEST)} is of no version that is known here`, { cause });
  }
}
