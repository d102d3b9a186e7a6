import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createKeyPairSignerFromBytes, type KeyPairSigner } from '@solana/kit';
import { z } from 'zod';

const fileSchema = z.array(z.number().int().min(0).max(255)).length(64);

const fromBase64Url = (text: string | undefined): Uint8Array =>
  new Uint8Array(Buffer.from(text ?? '', 'base64url'));

/** Reads a keypair in the Solana CLI's format (64 numbers), or makes one, readable by its owner alone. */
export async function loadOrCreateKeypair(file: string): Promise<KeyPairSigner> {
  if (!existsSync(file)) {
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const bytes = [...fromBase64Url(jwk.d), ...fromBase64Url(jwk.x)];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(bytes), { mode: 0o600 });
  }
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Error(`${file} is not a keypair file: it must hold 64 numbers from 0 to 255`);
  return createKeyPairSignerFromBytes(Uint8Array.from(parsed.data));
}
