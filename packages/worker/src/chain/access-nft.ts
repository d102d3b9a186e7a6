import {
  type Address,
  addDecoderSizePrefix,
  fixDecoderSize,
  getAddressDecoder,
  getArrayDecoder,
  getBooleanDecoder,
  getBytesDecoder,
  getOptionDecoder,
  getStructDecoder,
  getTupleDecoder,
  getU8Decoder,
  getU16Decoder,
  getU32Decoder,
  getUtf8Decoder,
  unwrapOption,
} from '@solana/kit';
import { getTokenDecoder } from '@solana-program/token';

/** An NFT in the node's wallet that opens the markets of its collection. */
export interface HeldNft {
  readonly mint: Address;
  readonly collection: Address;
}

/** The metadata account of an NFT, up to its collection. */
const metadataDecoder = () => {
  const text = addDecoderSizePrefix(getUtf8Decoder(), getU32Decoder());
  const creator = getTupleDecoder([getAddressDecoder(), getBooleanDecoder(), getU8Decoder()]);
  const collection = getStructDecoder([
    ['isVerified', getBooleanDecoder()],
    ['key', getAddressDecoder()],
  ]);
  return getStructDecoder([
    ['kind', getU8Decoder()],
    ['authorityAndMint', fixDecoderSize(getBytesDecoder(), 64)],
    ['name', text],
    ['symbol', text],
    ['uri', text],
    ['sellerFee', getU16Decoder()],
    ['creators', getOptionDecoder(getArrayDecoder(creator))],
    ['primarySale', getBooleanDecoder()],
    ['isMutable', getBooleanDecoder()],
    ['editionNonce', getOptionDecoder(getU8Decoder())],
    ['tokenStandard', getOptionDecoder(getU8Decoder())],
    ['collection', getOptionDecoder(collection)],
  ]);
};

/**
 * Reads from a token account and a metadata account whether the NFT is held and a collection vouches for it; nothing if not.
 * An account that is no metadata counts as none.
 */
export function heldNft(mint: Address, holding: Uint8Array, metadata: Uint8Array): HeldNft[] {
  if (getTokenDecoder().decode(holding).amount < 1n) return [];
  try {
    const collection = unwrapOption(metadataDecoder().decode(metadata).collection);
    return collection?.isVerified ? [{ mint, collection: collection.key }] : [];
  } catch {
    return [];
  }
}
