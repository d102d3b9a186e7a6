import { readFileSync } from 'node:fs';
import { PROGRAM_BINARIES } from '@inferscan/programs';
import bs58 from 'bs58';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callRpc, post, type RpcAnswer } from '../support.js';
import { addressBytes, NOS_MINT, namedAddress, PROGRAMS, SYSVARS } from './addresses.js';
import { type LocalnetProcess, startLocalnetProcess } from './localnet-process.js';
import { encodeMessage, signMessage } from './wire.js';
import { createWorld, type World } from './world.js';

const ELF = readFileSync(PROGRAM_BINARIES.rewards);
const PROGRAM = namedAddress('program');
const PROGRAM_DATA = namedAddress('program data');
const REFUSED = { code: -32602, message: expect.stringContaining('does not take this account') };

/** An account as setAccount takes it. */
const account = (owner: string, data: Uint8Array = Buffer.alloc(0), executable = false): object => ({
  lamports: 10_000_000_000,
  owner,
  data: [Buffer.from(data).toString('base64'), 'base64'],
  executable,
});

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
/** A program of the upgradeable loader whose code is at another address. */
const program = account(PROGRAMS.loader3, Buffer.concat([u32(2), addressBytes(PROGRAM_DATA)]), true);
const programData = (code: Uint8Array): object =>
  account(PROGRAMS.loader3, Buffer.concat([u32(3), Buffer.alloc(41), code]));

/** LiteSVM ends the process over what these accounts hold, unless it is kept from them. */
describe('accounts that the virtual machine cannot live with', () => {
  let net: LocalnetProcess;
  let world: World;
  let calls = 0;

  beforeAll(async () => {
    net = await startLocalnetProcess();
    world = await createWorld(net.url);
  });
  afterAll(async () => {
    const seen = [net.ended(), net.complaints()];
    await net.remove();
    expect(seen).toEqual([null, []]);
  });

  const rpc = (method: string, ...params: unknown[]): Promise<RpcAnswer> => callRpc(net.url, method, params);
  const setAccount = (address: string, state: object | null): Promise<RpcAnswer> =>
    rpc('localnet_setAccount', address, state);
  const put = async (address: string, state: object | null): Promise<void> => {
    expect((await setAccount(address, state)).error, address).toBeUndefined();
  };

  /** Executes a call of one program that also names another; returns the error of the simulation before. */
  const call = async (called: string, named: string): Promise<unknown> => {
    const [payer] = world.payers;
    if (payer === undefined) throw new Error('nobody pays');
    await world.refresh();
    // The same call twice in a slot would be one and the same transaction.
    calls += 1;
    const message = encodeMessage({
      version: 0,
      header: [1, 0, 2],
      keys: [payer.address, called, named],
      blockhash: bs58.decode(world.blockhash()),
      instructions: [{ program: 1, accounts: [], data: Buffer.from(String(calls).padStart(8, '0')) }],
      lookups: [],
    });
    const wire = signMessage(message, [payer.address], world.keys).toString('base64');
    const simulated = await rpc('simulateTransaction', wire, { encoding: 'base64', commitment: 'processed' });
    expect(simulated.error).toBeUndefined();
    const sent = await rpc('sendTransaction', wire, { encoding: 'base64', skipPreflight: true });
    expect(sent.error).toBeUndefined();
    return (simulated.result as { value: { err: unknown } }).value.err;
  };

  it('keeps the sysvars as they are', async () => {
    const { owner, ...sysvars } = SYSVARS;
    for (const sysvar of Object.values(sysvars)) {
      for (const state of [null, account(owner, Buffer.alloc(3)), account(PROGRAMS.system)]) {
        expect((await setAccount(sysvar, state)).error, sysvar).toMatchObject(REFUSED);
      }
    }
    expect(await call(PROGRAMS.memo, SYSVARS.rent)).toBeNull();
    expect(await call(PROGRAMS.jobs, SYSVARS.clock)).toMatchObject({
      InstructionError: [0, { Custom: 101 }],
    });
  });

  it('keeps the built-in programs, and lets nothing pass for one', async () => {
    for (const builtin of [PROGRAMS.system, PROGRAMS.loader3, PROGRAMS.vote, PROGRAMS.computeBudget]) {
      for (const state of [null, account(PROGRAMS.system), account(PROGRAMS.loader3, ELF, true)]) {
        expect((await setAccount(builtin, state)).error, builtin).toMatchObject(REFUSED);
      }
    }
    for (const owner of [
      PROGRAMS.native,
      PROGRAMS.loader4,
      PROGRAMS.system,
      PROGRAMS.token,
      namedAddress('any'),
    ]) {
      expect((await setAccount(PROGRAM, account(owner, ELF, true))).error, owner).toMatchObject(REFUSED);
    }
    expect(await call(PROGRAMS.jobs, PROGRAM)).toMatchObject({ InstructionError: [0, { Custom: 101 }] });
  });

  it('lets programs vanish', async () => {
    await put(PROGRAMS.token2022, null);
    expect(await call(PROGRAMS.token2022, PROGRAMS.system)).toBe('ProgramAccountNotFound');
    expect(await call(PROGRAMS.memo, PROGRAMS.token2022)).toBeNull();
    // A program that is first replaced and then taken away is no other case.
    await put(PROGRAMS.rewards, account(PROGRAMS.system));
    expect(await call(PROGRAMS.rewards, PROGRAMS.system)).toBe('InvalidProgramForExecution');
    await put(PROGRAMS.rewards, null);
    expect(await call(PROGRAMS.rewards, PROGRAMS.system)).toBe('ProgramAccountNotFound');
    expect((await rpc('getBalance', PROGRAMS.rewards, { commitment: 'processed' })).result).toMatchObject({
      value: 0,
    });
  });

  it('takes no code that cannot be loaded from under a program', async () => {
    await put(PROGRAM_DATA, programData(Buffer.from('no program')));
    expect((await setAccount(PROGRAM, program)).error).toMatchObject(REFUSED);
    await put(PROGRAM_DATA, programData(ELF));
    await put(PROGRAM, program);
    expect(await call(PROGRAM, PROGRAMS.system)).toMatchObject({ InstructionError: [0, { Custom: 101 }] });
    expect((await setAccount(PROGRAM_DATA, programData(Buffer.from('no program')))).error).toMatchObject(
      REFUSED,
    );
    // Writing to the program's account loads it anew.
    expect((await rpc('requestAirdrop', PROGRAM, 1_000_000_000)).error).toBeUndefined();
    expect(await call(PROGRAM, PROGRAMS.system)).toMatchObject({ InstructionError: [0, { Custom: 101 }] });
    await put(PROGRAM_DATA, null);
    expect(await call(PROGRAM, PROGRAMS.system)).toMatchObject({
      InstructionError: [0, 'UnsupportedProgramId'],
    });
  });

  it('takes programs back with their code, and stands by it after a restart', async () => {
    await put(PROGRAM, null);
    await put(PROGRAM_DATA, programData(Buffer.from('no program')));
    const { result } = await rpc('localnet_snapshot');
    const { snapshot } = result as { snapshot: number };
    await put(PROGRAM_DATA, programData(ELF));
    await put(PROGRAM, program);
    expect(await call(PROGRAM, PROGRAMS.system)).toMatchObject({ InstructionError: [0, { Custom: 101 }] });
    expect((await rpc('localnet_restore', snapshot)).error).toBeUndefined();
    expect(await call(PROGRAM, PROGRAMS.system)).toBe('ProgramAccountNotFound');
    await put(PROGRAM_DATA, programData(ELF));
    await put(PROGRAM, program);
    await put(PROGRAM_DATA, null);
    await rpc('localnet_step', 1);
    expect(await net.interrupt()).toBe(0);
    net = await startLocalnetProcess({ dataDir: net.dataDir });
    world = await createWorld(net.url);
    expect(await call(PROGRAM, PROGRAMS.system)).toMatchObject({
      InstructionError: [0, 'UnsupportedProgramId'],
    });
  });

  it('says so when the faucet lacks a program or may not write to an account', async () => {
    const [payer] = world.payers;
    for (const nobody of [SYSVARS.clock, PROGRAMS.memo]) {
      expect((await rpc('requestAirdrop', nobody, 1_000_000_000)).error?.code, nobody).toBe(-32602);
    }
    await put(NOS_MINT, account(PROGRAMS.system));
    const mint = await post(`${net.url}/faucet`, JSON.stringify({ address: payer?.address, nos: '5' }));
    expect(JSON.parse(mint)).toMatchObject({ error: expect.stringContaining('the transaction failed: ') });
    await put(PROGRAMS.memo, null);
    expect((await rpc('requestAirdrop', payer?.address, 1_000_000_000)).error?.code).toBe(-32602);
  });
});
