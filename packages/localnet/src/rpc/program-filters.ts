import { z } from 'zod';
import { decodeBase58, decodeBase64, EncodingFault } from './encoded-text.js';
import { accountFields } from './params.js';
import {
  flag,
  readAs,
  refuse,
  sequence,
  struct,
  tagged,
  text,
  u8,
  u64,
  unit,
  usize,
  variant,
} from './typed-params.js';

const MAX_FILTERS = 4;
const MAX_BYTES = 128;
/** What 128 bytes take at most when they are encoded. */
const MAX_TEXT = { base58: 175, base64: 172 } as const;
const TOO_LARGE = 'Invalid param: DataTooLarge';

/** What an account must fulfil to be listed. */
export type ProgramFilter =
  | { readonly dataSize: number }
  | { readonly memcmp: { readonly offset: number; readonly bytes: Uint8Array } }
  | { readonly tokenAccountState: true };

const memcmp = struct('Memcmp', {
  offset: usize,
  bytes: z.unknown(),
  encoding: variant(['base58', 'base64', 'bytes']).nullish(),
}).transform(({ offset, bytes, encoding }, context): ProgramFilter => {
  const decoded = Array.isArray(bytes)
    ? Uint8Array.from(readAs(z.array(u8), bytes, context))
    : decodeText(readAs(text, bytes, context), encoding === 'base64' ? 'base64' : 'base58');
  if (typeof decoded === 'string') return refuse(context, decoded);
  return decoded.length > MAX_BYTES ? refuse(context, TOO_LARGE) : { memcmp: { offset, bytes: decoded } };
});

/** The bytes, or what is wrong with the text. */
function decodeText(encoded: unknown, encoding: 'base58' | 'base64'): Uint8Array | string {
  // What is no text was refused before.
  if (typeof encoded !== 'string') return TOO_LARGE;
  if (encoded.length > MAX_TEXT[encoding]) return TOO_LARGE;
  try {
    return encoding === 'base64' ? decodeBase64(encoded) : decodeBase58(encoded);
  } catch (error) {
    if (!(error instanceof EncodingFault)) throw error;
    const kind = encoding === 'base64' ? 'Base64DecodeError' : 'Base58DecodeError';
    return `Invalid param: ${kind}(${error.message})`;
  }
}

const dataSize = u64.transform((size): ProgramFilter => ({ dataSize: size }));
const tokenAccountState = unit.transform((): ProgramFilter => ({ tokenAccountState: true }));
const SCHEMAS = { dataSize, memcmp, tokenAccountState };

const programFilter = z
  // The filter that takes no value may be given by its name alone.
  .preprocess(
    (value) => (value === 'tokenAccountState' ? { tokenAccountState: null } : value),
    tagged(['dataSize', 'memcmp', 'tokenAccountState']),
  )
  .transform(({ name, value }, context) => readAs(SCHEMAS[name], value, context));

/** The config object of getProgramAccounts and programSubscribe. */
export const programConfig = struct('RpcProgramAccountsConfig', {
  ...accountFields,
  filters: sequence(programFilter, MAX_FILTERS, `Too many filters provided; max ${MAX_FILTERS}`).nullish(),
  withContext: flag.nullish(),
  sortResults: flag.nullish(),
}).nullish();
