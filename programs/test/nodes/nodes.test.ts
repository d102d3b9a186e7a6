import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodesProgramElf } from '../../src/index.js';
import { NODES } from '../support/addresses.js';
import { COUNTRIES } from '../support/countries.js';
import { ANCHOR_ERRORS, COMMON_ERRORS, expectError, NODES_ERRORS } from '../support/expectations.js';
import { describeAccounts, describeProgramFailures } from '../support/program-table.js';
import type { ProgramWorld } from '../support/program-world.js';
import {
  audit,
  createNodesWorld,
  NODES_TABLE,
  type NodeValues,
  nodeOf,
  nodeState,
  type PreparedNode,
  register,
  registered,
  update,
  VALUES,
} from './support.js';

describeAccounts(createNodesWorld, NODES_TABLE);

const invalidValues: readonly (readonly [Partial<NodeValues>, string])[] = [
  [{ architecture: 10 }, 'ArchitectureUnknown'],
  [{ architecture: 255 }, 'ArchitectureUnknown'],
  [{ country: 0 }, 'CountryCodeUnknown'],
  [{ country: 895 }, 'CountryCodeUnknown'],
  [{ country: 65_535 }, 'CountryCodeUnknown'],
  [{ cpu: 0 }, 'CpuInvalid'],
  [{ memory: 0 }, 'MemoryInvalid'],
  [{ iops: 0 }, 'IopsInvalid'],
  [{ storage: 0 }, 'StorageInvalid'],
];

describeProgramFailures('values of a node', createNodesWorld, NODES_TABLE, [
  ...invalidValues.map(([values, error]) => ({
    of: 'register',
    because: JSON.stringify(values),
    spoil: ({ node, owner }: PreparedNode) => register(node, owner.address, owner.address, values),
    error: NODES_ERRORS[error],
    from: { file: 'nodes/state.h' },
  })),
  ...invalidValues.map(([values, error]) => ({
    of: 'update',
    because: JSON.stringify(values),
    spoil: ({ node, owner }: PreparedNode) => update(node, owner.address, values),
    error: NODES_ERRORS[error],
    from: { file: 'nodes/state.h' },
  })),
]);

describeProgramFailures('constraints', createNodesWorld, NODES_TABLE, [
  {
    of: 'register',
    because: "the node is not at the authority's address",
    spoil: ({ instruction }, world, edit) => edit.replace(instruction, 'node', world.addresses.next()),
    error: ANCHOR_ERRORS.ConstraintSeeds,
    from: { account: 'node' },
  },
  {
    of: 'update',
    because: 'somebody else signs',
    spoil: async ({ instruction }, world, edit) =>
      edit.replace(instruction, 'authority', (await world.newPerson()).address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'node' },
  },
  {
    of: 'audit',
    because: 'the node audits itself',
    spoil: ({ instruction, owner }, _world, edit) => edit.replace(instruction, 'authority', owner.address),
    error: COMMON_ERRORS.Unauthorized,
    from: { account: 'authority' },
  },
  {
    of: 'audit',
    because: 'neither true nor false',
    spoil: ({ node }) => audit(node, 2),
    error: ANCHOR_ERRORS.InstructionDidNotDeserialize,
    from: 'nowhere',
  },
]);

describe('nodes', () => {
  let world: ProgramWorld;
  beforeAll(async () => {
    world = await createNodesWorld();
  });

  it('register: keeps the values, unaudited, in 128 bytes that the payer pays for', async () => {
    const [owner, payer] = [await world.newPerson(), await world.newPerson()];
    const node = await nodeOf(owner.address);
    const before = world.chain.lamportsOf(payer.address);
    world.succeed(register(node, payer.address, owner.address));
    expect(nodeState(world, node)).toEqual({ ...VALUES, authority: owner.address, audited: false });
    expect([...world.chain.dataOf(node).slice(0, 8)]).toEqual([125, 166, 18, 146, 195, 127, 86, 220]);
    expect(world.chain.dataOf(node)).toHaveLength(128);
    expect(world.chain.lamportsOf(payer.address)).toBe(before - world.chain.rentFor(128));
  });

  it('register: once', async () => {
    const { owner, node } = await registered(world);
    expect(world.send(register(node, owner.address, owner.address)).ok).toBe(false);
  });

  it('update: replaces all values and nothing else', async () => {
    const { owner, node } = await registered(world);
    world.succeed(audit(node, 1));
    const values = { architecture: 0, country: 4, cpu: 65_535, gpu: 0, endpoint: '', icon: '', version: '2' };
    world.succeed(update(node, owner.address, values));
    expect(nodeState(world, node)).toEqual({ ...VALUES, ...values, authority: owner.address, audited: true });
  });

  it('audit: on and off', async () => {
    const { node } = await registered(world);
    for (const audited of [true, false]) {
      world.succeed(audit(node, audited ? 1 : 0));
      expect(nodeState(world, node).audited).toBe(audited);
    }
  });

  it('audit: by another key, where the program is built with it', async () => {
    const other = await createNodesWorld();
    const { address } = await other.newPerson();
    other.chain.svm.addProgram(NODES, nodesProgramElf({ auditor: address }));
    const { node } = await registered(other);
    expectError(other.send(audit(node, 1)), COMMON_ERRORS.Unauthorized, { account: 'authority' });
    other.succeed(audit(node, 1, address));
  });

  it('knows exactly the countries of ISO 3166-1', async () => {
    const { owner, node } = await registered(world);
    const known = Array.from({ length: 1_000 }, (_, country) => country).filter(
      (country) => world.send(update(node, owner.address, { country })).ok,
    );
    expect(known).toEqual([...COUNTRIES]);
  });

  it('knows exactly the architectures 0 to 9', async () => {
    const { owner, node } = await registered(world);
    const known = Array.from({ length: 256 }, (_, architecture) => architecture).filter(
      (architecture) => world.send(update(node, owner.address, { architecture })).ok,
    );
    expect(known).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('has room for 62 bytes of text', async () => {
    const { owner, node } = await registered(world);
    const fits = { endpoint: 'e'.repeat(60), icon: 'i', version: 'v' };
    world.succeed(update(node, owner.address, fits));
    expect(nodeState(world, node)).toMatchObject(fits);
    const tooLong = world.send(update(node, owner.address, { ...fits, version: 'vv' }));
    expectError(tooLong, ANCHOR_ERRORS.AccountDidNotSerialize, { account: 'node' });
  });

  it('takes text that is UTF-8, and refuses all other bytes, as the standard decoder does', async () => {
    const { owner, node } = await registered(world);
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const isText = (bytes: Uint8Array): boolean => {
      try {
        decoder.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const { data = new Uint8Array() } = update(node, owner.address, { endpoint: '', icon: '', version: '' });
    const piece = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => new TextEncoder().encode(text)),
      fc.constantFrom(
        Uint8Array.of(0xc1, 0xbf),
        Uint8Array.of(0xe0, 0x9f, 0xbf),
        Uint8Array.of(0xed, 0xa0, 0x80),
        Uint8Array.of(0xf0, 0x8f, 0xbf, 0xbf),
        Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const bytes = Uint8Array.from(pieces.flatMap((part) => [...part]));
        const instruction = {
          ...update(node, owner.address),
          data: Uint8Array.from([
            ...data.slice(0, 21),
            bytes.length,
            0,
            0,
            0,
            ...bytes,
            ...new Uint8Array(8),
          ]),
        };
        expect(world.send(instruction).ok).toBe(isText(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses strings that claim to be longer than the arguments', async () => {
    const { owner, node } = await registered(world);
    const instruction = update(node, owner.address, { endpoint: '', icon: '', version: '' });
    const data = Uint8Array.from(instruction.data ?? []);
    data.fill(0xff, 21, 25);
    const outcome = world.send({ ...instruction, data });
    expectError(outcome, ANCHOR_ERRORS.InstructionDidNotDeserialize, 'nowhere');
  });

  it.each([
    ['a flag that is neither', 40, [2]],
    ['text that is not UTF-8', 58, [0xff]],
    ['a string that is too long', 54, [0, 1]],
  ])('refuses an account with %s', async (_what, offset, bytes) => {
    const { node, owner } = await registered(world);
    const data = world.chain.dataOf(node);
    data.set(bytes, offset);
    world.chain.putAccount(node, world.chain.ownerOf(node), data);
    const outcome = world.send(update(node, owner.address));
    expectError(outcome, ANCHOR_ERRORS.AccountDidNotDeserialize, { account: 'node' });
  });

  it('shows the numbers that it compared', async () => {
    const { node, owner } = await registered(world);
    const { logs } = world.send(update(node, owner.address, { cpu: 0 }));
    expect(logs).toContain('Program log: Left: 0');
    expect(logs).toContain('Program log: Right: 0');
  });
});
