import { getBase58Decoder } from '@solana/kit';
import { spanText } from '@/format/duration';

/** An argument of an instruction as people read it; `exact` keeps what the chain has where that differs. */
export interface ArgumentText {
  name: string;
  text: string;
  exact: string | null;
}

const DIGESTS: Readonly<Record<string, string>> = { ipfsJob: 'definition', ipfsResult: 'result' };
const SECONDS = new Set(['timeout', 'jobTimeout', 'jobExpiration']);
const SHA2_256_PREFIX = [0x12, 0x20];

export function argumentText(name: string, value: string): ArgumentText {
  const what = DIGESTS[name];
  if (what !== undefined && /^[0-9a-f]{64}$/.test(value))
    return { name: what, text: cidOf(value), exact: value };
  if (SECONDS.has(name) && /^\d{1,12}$/.test(value))
    return { name, text: spanText(Number(value)), exact: `${value} s` };
  return { name, text: value, exact: null };
}

/** The CIDv0 of a sha2-256 digest in hex: the multihash in base58. */
export function cidOf(digestHex: string): string {
  const digest = (digestHex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return getBase58Decoder().decode(Uint8Array.from([...SHA2_256_PREFIX, ...digest]));
}
