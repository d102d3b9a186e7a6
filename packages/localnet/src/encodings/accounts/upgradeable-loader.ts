import type { Base58 } from '../base58.js';
import { createDataReader, type DataReader } from '../data-reader.js';
import type { ParsedData } from './parse.js';

/** Reads what the jsonParsed encoding shows of an account of the upgradeable loader; null when it is none. */
export function parseUpgradeableLoader(data: Uint8Array, base58: Base58): ParsedData | null {
  const reader = createDataReader(data, base58);
  switch (reader.u32()) {
    case 0:
      return { type: 'uninitialized' };
    case 1:
      return { info: { authority: reader.optionalKey(), data: content(reader) }, type: 'buffer' };
    case 2:
      return { info: { programData: reader.key() }, type: 'program' };
    case 3: {
      const slot = reader.u64();
      return { info: { authority: reader.optionalKey(), data: content(reader), slot }, type: 'programData' };
    }
    default:
      return null;
  }
}

const content = (reader: DataReader): [string, string] => [
  Buffer.from(reader.rest()).toString('base64'),
  'base64',
];
