import {
  AccountRole,
  type Address,
  addDecoderSizePrefix,
  addEncoderSizePrefix,
  address,
  createNoopSigner,
  getAddressDecoder,
  getAddressEncoder,
  getBooleanDecoder,
  getProgramDerivedAddress,
  getStructDecoder,
  getStructEncoder,
  getU8Decoder,
  getU8Encoder,
  getU16Decoder,
  getU16Encoder,
  getU32Decoder,
  getU32Encoder,
  getUtf8Decoder,
  getUtf8Encoder,
  type Instruction,
} from '@solana/kit';
import { DEFAULT_MARKET_ADMIN, nodesProgramElf } from '../../src/index.js';
import { NODES, SYSTEM } from '../support/addresses.js';
import type { ProgramTable } from '../support/program-table.js';
import { createProgramWorld, type Person, type ProgramWorld } from '../support/program-world.js';

const text = addEncoderSizePrefix(getUtf8Encoder(), getU32Encoder());
const readText = addDecoderSizePrefix(getUtf8Decoder(), getU32Decoder());

const valuesEncoder = getStructEncoder([
  ['architecture', getU8Encoder()],
  ['country', getU16Encoder()],
  ['cpu', getU16Encoder()],
  ['gpu', getU16Encoder()],
  ['memory', getU16Encoder()],
  ['iops', getU16Encoder()],
  ['storage', getU16Encoder()],
  ['endpoint', text],
  ['icon', text],
  ['version', text],
]);

const nodeDecoder = getStructDecoder([
  ['discriminator', getU32Decoder()],
  ['discriminatorEnd', getU32Decoder()],
  ['authority', getAddressDecoder()],
  ['audited', getBooleanDecoder()],
  ['architecture', getU8Decoder()],
  ['country', getU16Decoder()],
  ['cpu', getU16Decoder()],
  ['gpu', getU16Decoder()],
  ['memory', getU16Decoder()],
  ['iops', getU16Decoder()],
  ['storage', getU16Decoder()],
  ['endpoint', readText],
  ['icon', readText],
  ['version', readText],
]);

export type NodeValues = Parameters<typeof valuesEncoder.encode>[0];

export const VALUES: NodeValues = {
  architecture: 3,
  country: 528,
  cpu: 8,
  gpu: 1,
  memory: 32,
  iops: 900,
  storage: 500,
  endpoint: 'https://node.example',
  icon: 'Icön',
  version: '1.2.3',
};

const AUDITOR = createNoopSigner(address(DEFAULT_MARKET_ADMIN));

const [REGISTER, UPDATE, AUDIT] = [
  [211, 124, 67, 15, 211, 194, 178, 240],
  [219, 200, 88, 176, 158, 63, 253, 127],
  [115, 235, 38, 1, 115, 58, 218, 81],
] as const;

export async function nodeOf(authority: Address): Promise<Address> {
  const seeds = ['node', getAddressEncoder().encode(authority)];
  const [node] = await getProgramDerivedAddress({ programAddress: NODES, seeds });
  return node;
}

const call = (
  discriminator: readonly number[],
  args: Iterable<number>,
  accounts: readonly (readonly [Address, AccountRole])[],
): Instruction => ({
  programAddress: NODES,
  accounts: accounts.map(([account, role]) => ({ address: account, role })),
  data: Uint8Array.from([...discriminator, ...args]),
});

export const register = (
  node: Address,
  payer: Address,
  authority: Address,
  values: Partial<NodeValues> = {},
): Instruction =>
  call(REGISTER, valuesEncoder.encode({ ...VALUES, ...values }), [
    [node, AccountRole.WRITABLE],
    [payer, AccountRole.WRITABLE_SIGNER],
    [authority, AccountRole.READONLY_SIGNER],
    [SYSTEM, AccountRole.READONLY],
  ]);

export const update = (node: Address, authority: Address, values: Partial<NodeValues> = {}): Instruction =>
  call(UPDATE, valuesEncoder.encode({ ...VALUES, ...values }), [
    [node, AccountRole.WRITABLE],
    [authority, AccountRole.READONLY_SIGNER],
  ]);

export const audit = (node: Address, audited: number, authority: Address = AUDITOR.address): Instruction =>
  call(
    AUDIT,
    [audited],
    [
      [node, AccountRole.WRITABLE],
      [authority, AccountRole.READONLY_SIGNER],
    ],
  );

export interface PreparedNode {
  readonly instruction: Instruction;
  readonly owner: Person;
  readonly node: Address;
}

export const createNodesWorld = async (): Promise<ProgramWorld> =>
  createProgramWorld([[NODES, nodesProgramElf()]]);

/** A registered node, which its owner paid for. */
export async function registered(world: ProgramWorld): Promise<{ owner: Person; node: Address }> {
  const owner = await world.newPerson();
  const node = await nodeOf(owner.address);
  world.succeed(register(node, owner.address, owner.address));
  return { owner, node };
}

export const nodeState = (world: ProgramWorld, node: Address) => {
  const { discriminator, discriminatorEnd, ...state } = nodeDecoder.decode(world.chain.dataOf(node));
  return state;
};

const node = { kind: 'state', owner: NODES, size: 54, writable: true } as const;

export const NODES_TABLE: ProgramTable<ProgramWorld, PreparedNode> = {
  register: {
    program: NODES,
    hasArguments: true,
    accounts: {
      node: { kind: 'created' },
      payer: { kind: 'signer', writable: false },
      authority: { kind: 'signer' },
      systemProgram: { kind: 'program' },
    },
    async prepare(world) {
      const [owner, payer] = [await world.newPerson(), await world.newPerson()];
      const at = await nodeOf(owner.address);
      return { instruction: register(at, payer.address, owner.address), owner, node: at };
    },
  },
  update: {
    program: NODES,
    hasArguments: true,
    accounts: { node, authority: { kind: 'signer' } },
    async prepare(world) {
      const made = await registered(world);
      return { ...made, instruction: update(made.node, made.owner.address, { cpu: 9 }) };
    },
  },
  audit: {
    program: NODES,
    hasArguments: true,
    accounts: { node, authority: { kind: 'signer' } },
    async prepare(world) {
      const made = await registered(world);
      return { ...made, instruction: audit(made.node, 1) };
    },
  },
};
