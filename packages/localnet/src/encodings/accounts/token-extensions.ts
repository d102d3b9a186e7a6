import type { Base58 } from '../base58.js';
import { createDataReader, type DataReader, NotParsable, parsedOrNull, readUtf8 } from '../data-reader.js';
import { EXTENSIONS_OFFSET } from '../token-accounts.js';

interface Extension {
  readonly name: string;
  /** Reads the fields; extensions without any are a mark only. */
  readonly read?: (data: DataReader) => object;
}

const ACCOUNT_STATES = ['uninitialized', 'initialized', 'frozen'];

const transferFee = (data: DataReader): object => ({
  epoch: data.u64(),
  maximumFee: data.u64(),
  transferFeeBasisPoints: data.u16(),
});

const transferFeeConfig = (data: DataReader): object => {
  const transferFeeConfigAuthority = data.keyOrZero();
  const withdrawWithheldAuthority = data.keyOrZero();
  const withheldAmount = data.u64();
  const olderTransferFee = transferFee(data);
  const newerTransferFee = transferFee(data);
  return {
    newerTransferFee,
    olderTransferFee,
    transferFeeConfigAuthority,
    withdrawWithheldAuthority,
    withheldAmount,
  };
};

const interestBearing = (data: DataReader): object => {
  const rateAuthority = data.keyOrZero();
  const initializationTimestamp = data.i64();
  const preUpdateAverageRate = data.i16();
  const lastUpdateTimestamp = data.i64();
  const currentRate = data.i16();
  return {
    currentRate,
    initializationTimestamp,
    lastUpdateTimestamp,
    preUpdateAverageRate,
    rateAuthority,
  };
};

const metadata = (data: DataReader): object => {
  const text = (): string => readUtf8(data.bytes(data.u32()));
  const updateAuthority = data.keyOrZero();
  const mint = data.key();
  const [name, symbol, uri] = [text(), text(), text()];
  const pairs = data.u32();
  const additionalMetadata: [string, string][] = [];
  while (additionalMetadata.length < pairs) additionalMetadata.push([text(), text()]);
  return { additionalMetadata, mint, name, symbol, updateAuthority, uri };
};

const group = (data: DataReader): object => {
  const updateAuthority = data.keyOrZero();
  const mint = data.key();
  const size = data.u64();
  return { maxSize: data.u64(), mint, size, updateAuthority };
};

const groupMember = (data: DataReader): object => {
  const mint = data.key();
  return { group: data.key(), memberNumber: data.u64(), mint };
};

const scaledAmount = (data: DataReader): object => {
  const authority = data.keyOrZero();
  const multiplier = String(data.f64());
  const newMultiplierEffectiveTimestamp = data.i64();
  return { authority, multiplier, newMultiplier: String(data.f64()), newMultiplierEffectiveTimestamp };
};

const pointer = (target: string) => (data: DataReader) => ({
  authority: data.keyOrZero(),
  [target]: data.keyOrZero(),
});

const defaultState = (data: DataReader): object => ({
  accountState: ACCOUNT_STATES[data.u8()] ?? 'uninitialized',
});

/** By number. The confidential ones, whose fields are ciphertexts, are shown as not parseable. */
const EXTENSIONS: Readonly<Record<number, Extension>> = {
  1: { name: 'transferFeeConfig', read: transferFeeConfig },
  2: { name: 'transferFeeAmount', read: (data) => ({ withheldAmount: data.u64() }) },
  3: { name: 'mintCloseAuthority', read: (data) => ({ closeAuthority: data.keyOrZero() }) },
  6: { name: 'defaultAccountState', read: defaultState },
  7: { name: 'immutableOwner' },
  8: { name: 'memoTransfer', read: (data) => ({ requireIncomingTransferMemos: data.bool() }) },
  9: { name: 'nonTransferable' },
  10: { name: 'interestBearingConfig', read: interestBearing },
  11: { name: 'cpiGuard', read: (data) => ({ lockCpi: data.bool() }) },
  12: { name: 'permanentDelegate', read: (data) => ({ delegate: data.keyOrZero() }) },
  13: { name: 'nonTransferableAccount' },
  14: { name: 'transferHook', read: pointer('programId') },
  15: { name: 'transferHookAccount', read: (data) => ({ transferring: data.bool() }) },
  18: { name: 'metadataPointer', read: pointer('metadataAddress') },
  19: { name: 'tokenMetadata', read: metadata },
  20: { name: 'groupPointer', read: pointer('groupAddress') },
  21: { name: 'tokenGroup', read: group },
  22: { name: 'groupMemberPointer', read: pointer('memberAddress') },
  23: { name: 'tokenGroupMember', read: groupMember },
  25: { name: 'scaledUiAmountConfig', read: scaledAmount },
  26: {
    name: 'pausableConfig',
    read: (data) => ({ authority: data.keyOrZero(), paused: data.bool() }),
  },
  27: { name: 'pausableAccount' },
};

/** Reads the extensions of a Token-2022 account or mint; of one without any, and of broken ones, none. */
export function readExtensions(data: Uint8Array, base58: Base58): readonly object[] {
  if (data.length <= EXTENSIONS_OFFSET) return [];
  return (
    parsedOrNull(() => readAll(createDataReader(data.subarray(EXTENSIONS_OFFSET), base58), base58)) ?? []
  );
}

function readAll(data: DataReader, base58: Base58): object[] {
  const found: object[] = [];
  while (data.remaining() >= 4) {
    const type = data.u16();
    // The space that is left over is filled with zeros.
    if (type === 0) break;
    const value = data.bytes(data.u16());
    found.push(describe(type, value, base58));
  }
  return found;
}

function describe(type: number, value: Uint8Array, base58: Base58): object {
  const extension = EXTENSIONS[type];
  if (type > 27) throw new NotParsable('an extension of an unknown type');
  if (extension === undefined) return { extension: 'unparseableExtension' };
  const { name, read } = extension;
  if (read === undefined) return { extension: name };
  const state = parsedOrNull(() => read(createDataReader(value, base58)));
  return state === null ? { extension: 'unparseableExtension' } : { extension: name, state };
}
