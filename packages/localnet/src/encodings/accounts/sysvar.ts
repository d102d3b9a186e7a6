import type { Base58 } from '../base58.js';
import { createDataReader, type DataReader, NotParsable } from '../data-reader.js';
import type { ParsedData } from './parse.js';

const SLOT_HISTORY_ENTRIES = 1024 * 1024;

const feeCalculator = (data: DataReader): object => ({ lamportsPerSignature: data.u64().toString() });

const list = (data: DataReader, entryBytes: number, read: () => object): object[] => {
  const length = data.u64();
  if (length * BigInt(entryBytes) > BigInt(data.remaining())) throw new NotParsable('more entries than data');
  return Array.from({ length: Number(length) }, read);
};

const clock = (data: DataReader): object => {
  const slot = data.u64();
  const epochStartTimestamp = data.i64();
  const epoch = data.u64();
  const leaderScheduleEpoch = data.u64();
  return { epoch, epochStartTimestamp, leaderScheduleEpoch, slot, unixTimestamp: data.i64() };
};

const epochSchedule = (data: DataReader): object => {
  const slotsPerEpoch = data.u64();
  const leaderScheduleSlotOffset = data.u64();
  const warmup = data.bool();
  const firstNormalEpoch = data.u64();
  return { firstNormalEpoch, firstNormalSlot: data.u64(), leaderScheduleSlotOffset, slotsPerEpoch, warmup };
};

const recentBlockhashes = (data: DataReader): object =>
  list(data, 40, () => ({ blockhash: data.key(), feeCalculator: feeCalculator(data) }));

const rent = (data: DataReader): object => {
  const lamportsPerByteYear = data.u64().toString();
  const exemptionThreshold = data.f64();
  return { burnPercent: data.u8(), exemptionThreshold, lamportsPerByteYear };
};

const slotHashes = (data: DataReader): object =>
  list(data, 40, () => {
    const slot = data.u64();
    return { hash: data.key(), slot };
  });

const slotHistory = (data: DataReader): object => {
  if (!data.bool()) throw new NotParsable('a slot history without bits');
  const words = data.bytes(Number(data.u64()) * 8);
  if (data.u64() !== BigInt(SLOT_HISTORY_ENTRIES)) throw new NotParsable('a slot history of another length');
  const bits = Array.from(words, (byte) => byte.toString(2).padStart(8, '0').split('').reverse().join(''));
  return { bits: bits.join(''), nextSlot: data.u64() };
};

const stakeHistory = (data: DataReader): object =>
  list(data, 32, () => {
    const epoch = data.u64();
    const effective = data.u64();
    const activating = data.u64();
    return { epoch, stakeHistory: { activating, deactivating: data.u64(), effective } };
  });

const epochRewards = (data: DataReader): object => {
  const distributionStartingBlockHeight = data.u64();
  const numPartitions = data.u64();
  const parentBlockhash = data.key();
  const totalPoints = data.u128().toString();
  const totalRewards = data.u64().toString();
  const distributedRewards = data.u64().toString();
  return {
    active: data.bool(),
    distributedRewards,
    distributionStartingBlockHeight,
    numPartitions,
    parentBlockhash,
    totalPoints,
    totalRewards,
  };
};

const SYSVARS: Readonly<Record<string, readonly [type: string, read: (data: DataReader) => object]>> = {
  SysvarC1ock11111111111111111111111111111111: ['clock', clock],
  SysvarEpochSchedu1e111111111111111111111111: ['epochSchedule', epochSchedule],
  SysvarFees111111111111111111111111111111111: ['fees', (data) => ({ feeCalculator: feeCalculator(data) })],
  SysvarRecentB1ockHashes11111111111111111111: ['recentBlockhashes', recentBlockhashes],
  SysvarRent111111111111111111111111111111111: ['rent', rent],
  SysvarS1otHashes111111111111111111111111111: ['slotHashes', slotHashes],
  SysvarS1otHistory11111111111111111111111111: ['slotHistory', slotHistory],
  SysvarStakeHistory1111111111111111111111111: ['stakeHistory', stakeHistory],
  SysvarLastRestartS1ot1111111111111111111111: [
    'lastRestartSlot',
    (data) => ({ lastRestartSlot: data.u64() }),
  ],
  SysvarEpochRewards1111111111111111111111111: ['epochRewards', epochRewards],
};

/** Reads what the jsonParsed encoding shows of the sysvar at an address; null when there is none. */
export function parseSysvar(address: string, data: Uint8Array, base58: Base58): ParsedData | null {
  const known = SYSVARS[address];
  if (known === undefined) return null;
  const [type, read] = known;
  return { info: read(createDataReader(data, base58)), type };
}
