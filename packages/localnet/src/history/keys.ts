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
const STATUSES = 0x72;

/** Where a transaction stands: the end of several keys. */
export interface Position {
  readonly slot: number;
  readonly index: number;
}

const POSITION_BYTES = 12;
export const FIRST_POSITION: Position = { slot: 0, index: 0 };
export const LAST_POSITION: Position = { slot: Number.MAX_SAFE_INTEGER, index: 0xffffffff };

export const blockKey = (slot: number): Buffer => withSlot(BLOCK, slot);
export const statusesKey = (slot: number): Buffer => withSlot(STATUSES, slot);
export const bodyKey = (position: Position): Buffer => withPosition(BODY, position);
export const summaryKey = (position: Position): Buffer => withPosition(SUMMARY, position);
export const signatureKey = (signature: Uint8Array): Buffer => withBytes(SIGNATURE, signature);
export const addressKey = (address: Uint8Array, position: Position): Buffer =>
  withPosition(ADDRESS, position, address);
/** Like an address key, for the owner of a token account that a transaction names. */
export const ownerKey = (owner: Uint8Array, position: Position): Buffer =>
  withPosition(OWNER, position, owner);
export const accountKey = (address: Uint8Array): Buffer => withBytes(ACCOUNT, address);
export const metaKey = (name: string): Buffer => withBytes(META, Buffer.from(name, 'utf8'));

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
export function positionBytes(position: Position): Buffer {
  const bytes = Buffer.allocUnsafe(POSITION_BYTES);
  writePosition(bytes, position, 0);
  return bytes;
}

function withSlot(table: number, slot: number): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = table;
  writeSlot(key, slot, 1);
  return key;
}

function withBytes(table: number, bytes: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(1 + bytes.length);
  key[0] = table;
  key.set(bytes, 1);
  return key;
}

function withPosition(table: number, position: Position, bytes?: Uint8Array): Buffer {
  const start = 1 + (bytes?.length ?? 0);
  const key = Buffer.allocUnsafe(start + POSITION_BYTES);
  key[0] = table;
  if (bytes !== undefined) key.set(bytes, 1);
  writePosition(key, position, start);
  return key;
}

function writePosition(into: Buffer, { slot, index }: Position, start: number): void {
  writeSlot(into, slot, start);
  into.writeUInt32BE(index, start + 8);
}

/** As an unsigned 64-bit number; in two halves, because going through a bigint takes longer. */
function writeSlot(into: Buffer, slot: number, start: number): void {
  into.writeUInt32BE(Math.floor(slot / 2 ** 32), start);
  into.writeUInt32BE(slot >>> 0, start + 4);
}
