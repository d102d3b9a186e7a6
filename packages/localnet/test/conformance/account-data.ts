import { getBase58Decoder } from '@solana/kit';

/** Account data for tests: bytes that count up, and the texts that stand for them. */
export const bytesOf = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (first + index) % 256);

export const base58 = (bytes: Uint8Array): string => getBase58Decoder().decode(bytes);

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A program whose accounts nobody can read. */
export const PROGRAM = base58(bytesOf(32, 3));

/** The rent epoch of all that pays no rent: above what JSON numbers hold exactly, as validators write it. */
export const NEVER = Number(2n ** 64n - 1n);

/** The error about a list that is too long. */
export const tooMany = (what: string, most: number) => ({
  code: -32602,
  message: `Too many ${what} provided; max ${most}`,
});
