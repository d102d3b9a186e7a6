import { NODE_ARCHITECTURES, type NodeArchitecture, type NodeDescription } from '@inferscan/protocol';
import {
  addDecoderSizePrefix,
  fixDecoderSize,
  getBytesDecoder,
  getStructDecoder,
  getU8Decoder,
  getU16Decoder,
  getU32Decoder,
  getUtf8Decoder,
} from '@solana/kit';

/** Discriminator, authority and the auditor's mark, which stand before what the node says of itself. */
const DESCRIPTION_OFFSET = 8 + 32 + 1;

const ARCHITECTURES = new Map<number, NodeArchitecture>(
  Object.entries(NODE_ARCHITECTURES).map(([name, number]) => [number, name as NodeArchitecture]),
);

/** What a node account says; null if the account is none that can be read. */
export function decodeRegistration(account: Uint8Array): NodeDescription | null {
  const text = addDecoderSizePrefix(getUtf8Decoder(), getU32Decoder());
  const decoder = getStructDecoder([
    ['head', fixDecoderSize(getBytesDecoder(), DESCRIPTION_OFFSET)],
    ['architecture', getU8Decoder()],
    ['country', getU16Decoder()],
    ['cpu', getU16Decoder()],
    ['gpu', getU16Decoder()],
    ['memory', getU16Decoder()],
    ['iops', getU16Decoder()],
    ['storage', getU16Decoder()],
    ['endpoint', text],
    ['icon', text],
    ['version', text],
  ]);
  try {
    const { head, ...values } = decoder.decode(account);
    const architecture = ARCHITECTURES.get(values.architecture);
    return architecture === undefined ? null : { ...values, architecture };
  } catch {
    return null;
  }
}

/**
 * How far what is measured anew each time may be off before it is worth a transaction. Disk operations a second of the same
 * disk were seen to differ sixfold with what else the machine did.
 */
const TOLERANCE = { memory: 1.1, storage: 1.1, iops: 10 } as const;

/** Whether the chain says something else than what is so; the icon is the operator's own business. */
export function isOutdated(onChain: NodeDescription, now: NodeDescription): boolean {
  const exact = ['architecture', 'country', 'cpu', 'gpu', 'endpoint', 'version'] as const;
  if (exact.some((field) => onChain[field] !== now[field])) return true;
  return (['memory', 'storage', 'iops'] as const).some((field) => {
    const [less, more] = [onChain[field], now[field]].sort((a, b) => a - b);
    return (more ?? 0) > (less ?? 0) * TOLERANCE[field];
  });
}
