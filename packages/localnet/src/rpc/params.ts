import bs58 from 'bs58';
import { z } from 'zod';
import type { Commitment } from '../chain/types.js';
import { ACCOUNT_ENCODINGS } from '../encodings/account.js';
import { TRANSACTION_ENCODINGS } from '../encodings/transaction.js';
import { refuse, struct, text, u8, u64, untagged, usize, variant } from './typed-params.js';

const COMMITMENTS: readonly Commitment[] = ['processed', 'confirmed', 'finalized'];

const BASE58 = /^[1-9A-HJ-NP-Za-km-z]*$/;

/** A base58 text that stands for exactly `bytes` bytes and is at most `longest` characters long. */
const base58Of = (bytes: number, longest: number, prefix = 'Invalid param: ') =>
  text.transform((value, context): string => {
    if (value.length > longest) return refuse(context, `${prefix}WrongSize`);
    if (!BASE58.test(value)) return refuse(context, `${prefix}Invalid`);
    return bs58.decode(value).length === bytes ? value : refuse(context, `${prefix}WrongSize`);
  });

export const address = base58Of(32, 44);
export const signature = base58Of(64, 88);
export const blockhash = base58Of(32, 44, '');

/** The commitment in a config object. Validators take one that they do not know for none at all. */
const looseCommitment = z
  .unknown()
  .transform((value): Commitment | undefined => COMMITMENTS.find((name) => name === value));

/** A commitment that must be one. */
export const strictCommitment = variant(COMMITMENTS);

/** The config object of methods that take nothing but a commitment. */
export const commitmentConfig = struct('CommitmentConfig', {
  commitment: strictCommitment,
}).nullish();

export const slot = u64;

/** Fields of nearly every config object. */
export const commitmentField = { commitment: looseCommitment.optional() };
export const contextFields = { ...commitmentField, minContextSlot: slot.nullish() };

const contextStruct = struct('RpcContextConfig', contextFields);

/** The config object of methods that take only commitment and minContextSlot. */
export const contextConfig = contextStruct.nullish();

const dataSlice = struct('UiDataSliceConfig', { offset: usize, length: usize });

export const accountEncoding = variant(ACCOUNT_ENCODINGS);

export const accountFields = {
  ...contextFields,
  encoding: accountEncoding.nullish(),
  dataSlice: dataSlice.nullish(),
};

/** The config object of methods that return accounts. */
export const accountConfig = struct('RpcAccountInfoConfig', accountFields).nullish();

export const transactionEncoding = variant(TRANSACTION_ENCODINGS);

/** The newest transaction version that the client understands; without it, only legacy ones are shown. */
export const maxTransactionVersion = u8;

/** A config object, or only the encoding, which is an old form of it. */
export const encodingOr = <Config extends z.ZodType>(config: Config) =>
  untagged(
    'RpcEncodingConfigWrapper',
    transactionEncoding.transform((encoding) => ({ encoding })),
    config,
  ).nullish();

/** A slot, or a config object in its place. */
export const slotOrConfig = untagged('RpcBlocksConfigWrapper', slot, contextStruct).nullish();
