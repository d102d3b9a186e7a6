import { networkConfig, SYSTEM_PROGRAM, TOKEN_PROGRAM } from '@inferscan/protocol';
import { Keypair, SendTransactionError, Transaction } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support.js';
import { rejection } from '../solana-clients/rejection.js';
import { ANCHOR_CLIENTS, type MethodCall, withMeta } from './client.js';
import { type Listed, playScenario, type Scenario } from './scenario.js';

const { jobsProgram } = networkConfig('localnet');
const STRANGER = Keypair.generate().publicKey.toBase58();

describe.each(ANCHOR_CLIENTS)('%s explains a failure', (_name, anchor) => {
  const { BN } = anchor;
  let scene: Scenario;
  let listed: Listed;

  beforeAll(async () => {
    scene = await playScenario(anchor);
    listed = await scene.list();
  });
  afterAll(() => scene.stop());

  const delist = (accounts: Record<string, string>): MethodCall =>
    scene.poster.jobs.call('delist', { ...listed.delist, ...accounts });
  const extend = (timeout: number): MethodCall =>
    scene.poster.jobs.call('extend', listed.extend, [new BN(timeout)]);
  const open = async (accounts: Record<string, string>): Promise<MethodCall> => {
    const market = Keypair.generate();
    const named = { ...(await scene.openAccounts(market.publicKey.toBase58())), ...accounts };
    const terms = [new BN(60), new BN(1), new BN(60), 1, new BN(1)];
    return scene.owner.jobs.call('open', named, terms, [market]);
  };

  /** Code, number, origin and compared values of the failure, as the client reports them. */
  const told = (error: unknown): unknown[] => {
    if (!(error instanceof anchor.AnchorError)) throw error;
    expect(error.programErrorStack.map(String)).toEqual([jobsProgram]);
    const { errorCode, origin, comparedValues } = error.error;
    return [errorCode.code, errorCode.number, origin, ...(comparedValues ?? []).map(String)];
  };
  const failure = async (call: MethodCall): Promise<unknown[]> => told(await rejection(call.rpc()));

  it('of a constraint that compares two keys: both are told', async () => {
    const { market, node, owner, poster, vault } = scene;
    expect(await failure(delist({ payer: STRANGER }))).toEqual([
      'InvalidPayer',
      6008,
      'job',
      poster.address,
      STRANGER,
    ]);
    const close = { market, vault, user: node.nos, authority: node.address };
    expect(await failure(node.jobs.call('close', close))).toEqual([
      'Unauthorized',
      6000,
      'market',
      owner.address,
      node.address,
    ]);
  });

  it('of a constraint on one account', async () => {
    const { node } = scene;
    const stranger = node.jobs.call('delist', { ...listed.delist, authority: node.address });
    expect(await failure(stranger)).toEqual(['Unauthorized', 6000, 'job']);
    expect(await failure(delist({ deposit: node.nos }))).toEqual(['InvalidATA', 6011, 'deposit']);
  });

  it('of an account that is not what it should be, by the numbers of the framework', async () => {
    const { market, owner, poster } = scene;
    expect(await failure(delist({ job: STRANGER }))).toEqual(['AccountNotInitialized', 3012, 'job']);
    expect(await failure(delist({ job: market }))).toEqual(['AccountDiscriminatorMismatch', 3002, 'job']);
    expect(await failure(delist({ job: poster.address }))).toEqual([
      'AccountOwnedByWrongProgram',
      3007,
      'job',
      SYSTEM_PROGRAM,
      jobsProgram,
    ]);
    expect(await failure(delist({ tokenProgram: SYSTEM_PROGRAM }))).toEqual([
      'InvalidProgramId',
      3008,
      'token_program',
      SYSTEM_PROGRAM,
      TOKEN_PROGRAM,
    ]);
    expect(await failure(await open({ rent: owner.address }))).toEqual([
      'AccountSysvarMismatch',
      3015,
      'rent',
    ]);
  });

  it('of an account at another address than its seeds give', async () => {
    const market = Keypair.generate().publicKey.toBase58();
    const { vault = '' } = await scene.openAccounts(market);
    const [code, number, origin, left, right] = await failure(await open({ vault }));
    expect([code, number, origin, left]).toEqual(['ConstraintSeeds', 2006, 'vault', vault]);
    expect(right).not.toBe(vault);
  });

  it('of the handler: file and line are told', async () => {
    const [code, number, origin, ...compared] = await failure(extend(5));
    expect([code, number, compared]).toEqual(['JobTimeoutNotGreater', 6008, []]);
    expect(origin).toMatchObject({ file: expect.stringContaining('extend'), line: expect.any(Number) });
  });

  it('of a missing signature or write lock, and of data that is no instruction', async () => {
    const { poster } = scene;
    const send = async (change: Parameters<typeof withMeta>[2] | null, data?: Buffer): Promise<unknown[]> => {
      const instruction = await scene.node.jobs.call('delist', listed.delist).instruction();
      if (change !== null) withMeta(instruction, listed.delist.authority ?? '', change);
      if (data !== undefined) instruction.data = data;
      const { provider } = scene.node.jobs;
      const signers = change?.isSigner === false ? [] : [poster.key];
      const error = await rejection(provider.sendAndConfirm(new Transaction().add(instruction), signers));
      if (!(error instanceof SendTransactionError)) throw error;
      return told(anchor.AnchorError.parse(error.logs ?? []));
    };
    expect(await send({ isSigner: false })).toEqual(['AccountNotSigner', 3010, 'authority']);
    expect(await send({ isWritable: false })).toEqual(['ConstraintMut', 2000, 'payer']);
    expect(await send(null, Buffer.alloc(8))).toEqual(['InstructionFallbackNotFound', 101, undefined]);
  });

  it('of a program that the program called: the stack shows both', async () => {
    const error = await rejection(extend(10 ** 9).rpc());
    expect(error).toBeInstanceOf(SendTransactionError);
    expect(error).toHaveProperty('logs', expect.arrayContaining(['Program log: Error: insufficient funds']));
    const { programErrorStack } = error as { programErrorStack: unknown[] };
    expect(programErrorStack.map(String)).toEqual([jobsProgram, TOKEN_PROGRAM]);
  });

  it('of a simulation', async () => {
    const error = await rejection(delist({ payer: STRANGER }).simulate());
    const { simulationResponse } = error as { simulationResponse: { err: unknown; logs: string[] } };
    expect(simulationResponse.err).toEqual({ InstructionError: [0, { Custom: 6008 }] });
    expect(told(anchor.AnchorError.parse(simulationResponse.logs))).toEqual([
      'InvalidPayer',
      6008,
      'job',
      scene.poster.address,
      STRANGER,
    ]);
  });

  it('of a transaction that failed on the chain, from its logs', async () => {
    const { provider } = scene.poster.jobs;
    const transaction = await extend(5).transaction();
    const latest = await provider.connection.getLatestBlockhash();
    transaction.feePayer = scene.poster.key.publicKey;
    transaction.recentBlockhash = latest.blockhash;
    transaction.sign(scene.poster.key);
    const signature = await provider.connection.sendRawTransaction(transaction.serialize(), {
      skipPreflight: true,
    });
    const landed = await until('the failed transaction', () => provider.connection.getTransaction(signature));
    expect(landed.meta?.err).toEqual({ InstructionError: [0, { Custom: 6008 }] });
    const parsed = anchor.AnchorError.parse(landed.meta?.logMessages ?? []);
    expect(told(parsed).slice(0, 2)).toEqual(['JobTimeoutNotGreater', 6008]);
    expect(parsed?.error.errorMessage).toContain(
      'The new job timeout should be larger than the current one.',
    );
  });
});
