import bs58 from 'bs58';
import { z } from 'zod';
import type { Commitment } from '../chain/types.js';
import { ACCOUNT_ENCODINGS } from '../encodings/account.js';
import { TRANSACTION_ENCODINGS } from '../encodings/transaction.js';

const COMMITMENTS: Readonly<Record<string, Commitment>> = {
  processed: 'processed',
  confirmed: 'confirmed',
  finalized: 'finalized',
  // Names that old clients still send.
  recent: 'processed',
  singleGossip: 'confirmed',
  single: 'confirmed',
  root: 'finalized',
  max: 'finalized',
};

/** A base58 text that stands for exactly `bytes` bytes. */
const base58Of = (bytes: number, what: string) =>
  z
    .string()
    .max(Math.ceil(bytes * 1.4))
    .refine((text) => decodedLength(text) === bytes, { error: `expected ${what} in base58` });

export const address = base58Of(32, 'an address (32 bytes)');
export const signature = base58Of(64, 'a signature (64 bytes)');
export const blockhash = base58Of(32, 'a blockhash (32 bytes)');

export const commitment = z
  .enum(['processed', 'confirmed', 'finalized', 'recent', 'singleGossip', 'single', 'root', 'max'])
  .transform((name) => COMMITMENTS[name] ?? 'finalized');

export const slot = z.number().int().min(0);

const contextFields = { commitment: commitment.nullish(), minContextSlot: slot.nullish() };

/** The config object of methods that take only commitment and minContextSlot. */
export const contextConfig = z.object(contextFields).nullish();

const dataSlice = z.object({ offset: z.number().int().min(0), length: z.number().int().min(0) });

export const accountEncoding = z.enum(ACCOUNT_ENCODINGS);

const accountFields = {
  ...contextFields,
  encoding: accountEncoding.nullish(),
  dataSlice: dataSlice.nullish(),
};

/** The config object of methods that return accounts. */
export const accountConfig = z.object(accountFields).nullish();

const memcmp = z
  .object({
    offset: z.number().int().min(0),
    bytes: z.string().max(256),
    encoding: z.enum(['base58', 'base64']).nullish(),
  })
  .transform(({ offset, bytes, encoding }, context) => {
    const decoded = encoding === 'base64' ? Buffer.from(bytes, 'base64') : decodeBase58(bytes);
    if (decoded === null || decoded.length > 128) {
      context.addIssue({ code: 'custom', message: 'expected at most 128 encoded bytes' });
      return z.NEVER;
    }
    return { offset, bytes: decoded };
  });

const programFilter = z.union([
  z.object({ dataSize: z.number().int().min(0) }),
  z.object({ memcmp }),
  z.object({ tokenAccountState: z.boolean() }),
]);
export type ProgramFilter = z.output<typeof programFilter>;

const programFilters = z.array(programFilter).max(4);

/** The config object of getProgramAccounts and programSubscribe. */
export const programConfig = z
  .object({
    ...accountFields,
    filters: programFilters.nullish(),
    withContext: z.boolean().nullish(),
    sortResults: z.boolean().nullish(),
  })
  .nullish();

export const transactionEncoding = z.enum(TRANSACTION_ENCODINGS);

/** The newest transaction version that the client understands; without it, only legacy ones are shown. */
export const maxTransactionVersion = z.number().int().min(0).max(127);

const historyCommitment = commitment.refine((value) => value !== 'processed', {
  error: 'Method does not support commitment below `confirmed`',
});

/** Commitment of the methods that read history. */
export const historyFields = { commitment: historyCommitment.nullish(), minContextSlot: slot.nullish() };

/** The config object of getTransaction; the encoding alone is an old form of it. */
export const transactionConfig = z
  .union([
    transactionEncoding.transform((encoding) => ({
      encoding,
      commitment: undefined,
      minContextSlot: undefined,
      maxSupportedTransactionVersion: undefined,
    })),
    z.object({
      ...historyFields,
      encoding: transactionEncoding.nullish(),
      maxSupportedTransactionVersion: maxTransactionVersion.nullish(),
    }),
  ])
  .nullish();

function decodeBase58(text: string): Uint8Array | null {
  try {
    return bs58.decode(text);
  } catch {
    return null;
  }
}

function decodedLength(text: string): number {
  return decodeBase58(text)?.length ?? -1;
}
