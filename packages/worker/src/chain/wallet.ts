import { readFile } from 'node:fs/promises';

import { createKeyPairSignerFromBytes, type KeyPairSigner } from '@solana/kit';
import { z } from 'zod';

const KeypairFile = z.array(z.int().min(0).max(255)).length(64);

/**
 * Reads a keypair file as the Solana CLI writes it: a JSON list of 64 numbers.
 * @throws Error that says what is wrong with the file, never what is in it
 */
export async function loadKeypair(path: string): Promise<KeyPairSigner> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${String(code)})`;
    throw new Error(`keypair file ${path}: ${reason}`);
  }
  let numbers: number[];
  try {
    numbers = KeypairFile.parse(JSON.parse(text));
  } catch {
    throw new Error(`keypair file ${path}: expected a JSON list of 64 numbers from 0 to 255`);
  }
  try {
    return await createKeyPairSignerFromBytes(Uint8Array.from(numbers));
  } catch {
    throw new Error(`keypair file ${path}: its public half does not belong to its private half`);
  }
}
