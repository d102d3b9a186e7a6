/**
 * Keys of the on-disk store. The first byte names the table; numbers are big-endian, so that the store's order is
 * the chain's order.
 */
const BLOCK = 0x62;
const BODY = 0x74;
const SUMMARY = 0x69;
const SIGNATURE = 0x73;
const ADDRESS = 0x61;
const OWNER = 0x6f;
const ACCOUNT = 0x63;
const META = 0x6d;

/** Where a transaction stands: the end of several keys. */
export interface Position {
  readonly slot: number;
  readonly index: number;
}

const POSITION_BYTES = 12;
export const FIRST_POSITION: Position = { slot: 0, index: 0 };
export const LAST_POSITION: Position = { slot: Number.MAX_SAFE_INTEGER, index: 0xffffffff };

export const blockKey = (slot: number): Buffer => withSlot(BLOCK, slot);
export const bodyKey = (position: Position): Buffer => withPosition(Buffer.of(BODY), position);
export const summaryKey = (position: Position): Buffer => withPosition(Buffer.of(SUMMARY), position);
export const signatureKey = (signature: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(SIGNATURE), signature]);
export const addressKey = (address: Uint8Array, position: Position): Buffer =>
  withPosition(Buffer.concat([Buffer.of(ADDRESS), address]), position);
/** Like an address key, for the owner of a token account that a transaction names. */
export const ownerKey = (owner: Uint8Array, position: Position): Buffer =>
  withPosition(Buffer.concat([Buffer.of(OWNER), owner]), position);
export const accountKey = (address: Uint8Array): Buffer => Buffer.concat([Buffer.of(ACCOUNT), address]);
export const metaKey = (name: string): Buffer => Buffer.concat([Buffer.of(META), Buffer.from(name, 'utf8')]);

/** Bounds of the whole table of account states. */
export const ACCOUNT_RANGE = { gte: Buffer.of(ACCOUNT), lt: Buffer.of(ACCOUNT + 1) };

/** Reads the slot out of a block key. */
export const slotOfBlockKey = (key: Uint8Array): number => Number(Buffer.from(key).readBigUInt64BE(1));

/** Reads the position off the end of a key or value. */
export function readPosition(bytes: Uint8Array): Position {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = buffer.length - POSITION_BYTES;
  return { slot: Number(buffer.readBigUInt64BE(start)), index: buffer.readUInt32BE(start + 8) };
}

/** Writes a position as the value of the signature table. */
export const positionBytes = (position: Position): Buffer => withPosition(Buffer.alloc(0), position);

function withSlot(table: number, slot: number): Buffer {
  const key = Buffer.alloc(9);
  key[0] = table;
  key.writeBigUInt64BE(BigInt(slot), 1);
  return key;
}

function withPosition(prefix: Buffer, { slot, index }: Position): Buffer {
  const key = Buffer.alloc(prefix.length + POSITION_BYTES);
  prefix.copy(key);
  key.writeBigUInt64BE(BigInt(slot), prefix.length);
  key.writeUInt32BE(index, prefix.length + 8);
  return key;
}
