import { createHash } from 'node:crypto';

import { getAddressDecoder } from '@solana/kit';

import type { Fields, Records } from './records.js';

// Accounts of the programs beside jobs, in Anchor's layout: eight bytes that name the kind, then the fields in order.

const address = getAddressDecoder();

/** Reads fields one after the other. @throws RangeError past the end */
function createFieldReader(data: Uint8Array) {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let at = 8;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('the account is shorter than its fields');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const u64 = (): bigint => take(8).readBigUInt64LE();
  return {
    flag: () => String(take(1)[0] !== 0),
    u8: () => String(take(1)[0]),
    u16: () => String(take(2).readUInt16LE()),
    u64: () => String(u64()),
    i64: () => String(take(8).readBigInt64LE()),
    u128: () => {
      const low = u64();
      return String((u64() << 64n) + low);
    },
    address: (): string => address.decode(take(32)),
    text: () => take(take(4).readUInt32LE()).toString('utf8'),
  };
}

type FieldReader = ReturnType<typeof createFieldReader>;

const STAKE = (read: FieldReader): Fields => {
  const [amount, owner, duration, timeUnstake] = [read.u64(), read.address(), read.u64(), read.i64()];
  const vault = read.address();
  read.u8();
  return { amount, owner, duration, timeUnstake, vault, xnos: read.u128() };
};

const REGISTRATION = (read: FieldReader): Fields => ({
  node: read.address(),
  audited: read.flag(),
  architecture: read.u8(),
  country: read.u16(),
  cpu: read.u16(),
  gpu: read.u16(),
  memory: read.u16(),
  iops: read.u16(),
  storage: read.u16(),
  endpoint: read.text(),
  icon: read.text(),
  version: read.text(),
});

const POOL = (read: FieldReader): Fields => ({
  rate: read.u128(),
  totalReflection: read.u128(),
  totalXnos: read.u128(),
  vault: read.address(),
});

const REWARD = (read: FieldReader): Fields => {
  const owner = read.address();
  read.u8();
  return { owner, reflection: read.u128(), xnos: read.u128() };
};

const KINDS = [
  ['stake', 'StakeAccount', STAKE],
  ['registration', 'NodeAccount', REGISTRATION],
  ['pool', 'ReflectionAccount', POOL],
  ['reward', 'RewardAccount', REWARD],
] as const;

const discriminatorOf = (account: string): Buffer =>
  createHash('sha256').update(`account:${account}`).digest().subarray(0, 8);

/** Accounts of the staking, nodes and rewards programs in the words of the tables; those of no known kind are left out. */
export function recordsOfPrograms(accounts: ReadonlyMap<string, Uint8Array>): Records {
  return Object.fromEntries(
    KINDS.map(([kind, name, fieldsOf]) => {
      const discriminator = discriminatorOf(name);
      const found = [...accounts].filter(([, data]) => discriminator.equals(data.subarray(0, 8)));
      return [kind, new Map(found.map(([at, data]) => [at, fieldsOf(createFieldReader(data))]))];
    }),
  );
}
