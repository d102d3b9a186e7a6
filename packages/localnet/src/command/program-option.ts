import { readFile } from 'node:fs/promises';
import { address } from '../rpc/params.js';
import { UsageError } from './usage-error.js';

/**
 * Reads `ADDRESS=FILE.so`.
 *
 * @throws UsageError when the address is none or the file cannot be read.
 */
export async function readProgramOption(text: string): Promise<readonly [address: string, elf: Uint8Array]> {
  const split = text.indexOf('=');
  const at = text.slice(0, Math.max(split, 0));
  const file = text.slice(split + 1);
  if (!address.safeParse(at).success || file === '') {
    throw new UsageError(`--program takes ADDRESS=FILE.so with an address in base58, not "${text}"`);
  }
  try {
    return [at, new Uint8Array(await readFile(file))];
  } catch (error) {
    throw new UsageError(`--program: ${file} cannot be read: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
