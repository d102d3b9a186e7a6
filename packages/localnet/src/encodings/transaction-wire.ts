import type { Base58 } from './base58.js';
import { createWireReader, SanitizeError, WireError, type WireReader } from './wire-reader.js';

/** The largest transaction a validator takes, in bytes. */
export const MAX_TRANSACTION_BYTES = 1232;

export interface MessageHeader {
  readonly numRequiredSignatures: number;
  readonly numReadonlySignedAccounts: number;
  readonly numReadonlyUnsignedAccounts: number;
}

export interface WireInstruction {
  readonly programIdIndex: number;
  readonly accounts: Uint8Array;
  readonly data: Uint8Array;
}

export interface WireLookup {
  readonly table: string;
  readonly writableIndexes: Uint8Array;
  readonly readonlyIndexes: Uint8Array;
}

export interface WireMessage {
  readonly version: 'legacy' | 0;
  readonly header: MessageHeader;
  readonly staticKeys: readonly string[];
  readonly recentBlockhash: string;
  readonly instructions: readonly WireInstruction[];
  readonly lookups: readonly WireLookup[];
}

/** A transaction as it travels, checked so that the virtual machine can take its bytes as they are. */
export interface WireTransaction {
  readonly bytes: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  /** Base58 of the first signature: the transaction's name. */
  readonly signature: string;
  readonly message: WireMessage;
}

/**
 * Reads a signed transaction, legacy or version 0. LiteSVM aborts the process on bytes that it cannot read, so
 * nothing may reach it that has not passed here.
 *
 * @throws WireError with the reason.
 */
export function readTransaction(bytes: Uint8Array, base58: Base58): WireTransaction {
  if (bytes.length > MAX_TRANSACTION_BYTES) {
    throw new WireError(
      `a transaction has at most ${MAX_TRANSACTION_BYTES} bytes, this one has ${bytes.length}`,
    );
  }
  const reader = createWireReader(bytes);
  const signatures: Uint8Array[] = [];
  const signatureCount = reader.compactU16();
  for (let index = 0; index < signatureCount; index += 1) signatures.push(reader.bytes(64));
  const message = readMessage(reader, base58);
  const [first] = signatures;
  if (first === undefined) throw new SanitizeError('the transaction has no signature');
  if (signatures.length !== message.header.numRequiredSignatures) {
    throw new SanitizeError(
      `the message needs ${message.header.numRequiredSignatures} signatures, the transaction has ${signatures.length}`,
    );
  }
  return { bytes, signatures, signature: base58.encode(first), message };
}

/**
 * Reads a message alone, as getFeeForMessage receives it.
 *
 * @throws WireError with the reason.
 */
export function readWholeMessage(bytes: Uint8Array, base58: Base58): WireMessage {
  return readMessage(createWireReader(bytes), base58);
}

/** Accounts that the message names, those from look-up tables included. */
export function accountCount({ staticKeys, lookups }: WireMessage): number {
  return lookups.reduce(
    (sum, lookup) => sum + lookup.writableIndexes.length + lookup.readonlyIndexes.length,
    staticKeys.length,
  );
}

/** Tells whether the message asks for write access to the static or loaded account at `index`. */
export function isWritableIndex(message: WireMessage, index: number): boolean {
  const { numRequiredSignatures, numReadonlySignedAccounts, numReadonlyUnsignedAccounts } = message.header;
  if (index < numRequiredSignatures) return index < numRequiredSignatures - numReadonlySignedAccounts;
  if (index < message.staticKeys.length)
    return index < message.staticKeys.length - numReadonlyUnsignedAccounts;
  const loadedWritable = message.lookups.reduce((sum, lookup) => sum + lookup.writableIndexes.length, 0);
  return index < message.staticKeys.length + loadedWritable;
}

/** The version that messages have which wallets sign for other purposes. */
const OFF_CHAIN = 127;

function readMessage(reader: WireReader, base58: Base58): WireMessage {
  const first = reader.u8();
  const versioned = (first & 0x80) !== 0;
  const version = versioned ? first & 0x7f : 'legacy';
  if (version !== 'legacy' && version !== 0) {
    throw new WireError(
      version === OFF_CHAIN
        ? 'off-chain messages are not accepted'
        : `invalid value: integer \`${version}\`, expected a valid transaction message version`,
    );
  }
  const header: MessageHeader = {
    numRequiredSignatures: versioned ? reader.u8() : first,
    numReadonlySignedAccounts: reader.u8(),
    numReadonlyUnsignedAccounts: reader.u8(),
  };
  const staticKeys: string[] = [];
  const keyCount = reader.compactU16();
  for (let index = 0; index < keyCount; index += 1) staticKeys.push(base58.encode(reader.bytes(32)));
  const recentBlockhash = base58.encode(reader.bytes(32));
  const instructions: WireInstruction[] = [];
  const instructionCount = reader.compactU16();
  for (let index = 0; index < instructionCount; index += 1) {
    instructions.push({ programIdIndex: reader.u8(), accounts: reader.vector(), data: reader.vector() });
  }
  const lookups = versioned ? readLookups(reader, base58) : [];
  if (reader.remaining() > 0)
    throw new WireError(`${reader.remaining()} bytes follow the end of the transaction`);
  const message: WireMessage = { version, header, staticKeys, recentBlockhash, instructions, lookups };
  checkMessage(message);
  return message;
}

function readLookups(reader: WireReader, base58: Base58): WireLookup[] {
  const lookups: WireLookup[] = [];
  const count = reader.compactU16();
  for (let index = 0; index < count; index += 1) {
    lookups.push({
      table: base58.encode(reader.bytes(32)),
      writableIndexes: reader.vector(),
      readonlyIndexes: reader.vector(),
    });
  }
  return lookups;
}

/** The checks that a validator calls sanitizing. */
function checkMessage(message: WireMessage): void {
  const { header, staticKeys, lookups, instructions } = message;
  if (header.numRequiredSignatures === 0)
    throw new SanitizeError('the message needs no signature: it has no fee payer');
  if (header.numReadonlySignedAccounts >= header.numRequiredSignatures) {
    throw new SanitizeError('the fee payer of the message is not writable');
  }
  if (header.numRequiredSignatures + header.numReadonlyUnsignedAccounts > staticKeys.length) {
    throw new SanitizeError('the header of the message counts more accounts than the message lists');
  }
  for (const lookup of lookups) {
    const loaded = lookup.writableIndexes.length + lookup.readonlyIndexes.length;
    if (loaded === 0) throw new SanitizeError('an address look-up loads nothing');
  }
  const total = accountCount(message);
  if (total > 256) throw new SanitizeError(`the message names ${total} accounts, at most 256 fit`);
  instructions.forEach((instruction, position) => {
    if (instruction.programIdIndex === 0 || instruction.programIdIndex >= staticKeys.length) {
      throw new SanitizeError(`instruction ${position} names program index ${instruction.programIdIndex}`);
    }
    const outside = instruction.accounts.find((account) => account >= total);
    if (outside !== undefined) {
      throw new SanitizeError(`instruction ${position} names account index ${outside} of ${total} accounts`);
    }
  });
}
