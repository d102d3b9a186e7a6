import { isDeepStrictEqual } from 'node:util';
import type { Address } from '@solana/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testSeed } from '../seed.js';
import { startTestNet, type TestNet } from '../support.js';
import { type BareVm, createBareVm, type Executed, type PlainAccount } from './bare-vm.js';
import { type Cast, createCast } from './cast.js';
import { expectedError, expectedSimulation, withoutExecution } from './differences.js';
import { anySteps, type Step, type TransactionDraw } from './draw.js';
import { GENERAL } from './general-instructions.js';
import { JOB_KINDS } from './job-instructions.js';
import type { LocalnetSide } from './localnet-side.js';
import { readSysvars, readWorld, setStage } from './stage.js';
import { STAKE_KINDS } from './stake-instructions.js';
import { type Drawn, drawTransaction } from './transaction.js';

const MAKERS = { ...GENERAL, ...JOB_KINDS, ...STAKE_KINDS };
const RUNS = 120;
const TIMEOUT_MS = 600_000;

/** Accounts that transactions named, and what they were before any did. */
type Touched = Map<Address, PlainAccount | null>;

/**
 * The same signed transactions go to the localnet by its RPC, and to LiteSVM as a library. What has to differ is made
 * equal: the library gets the clock, the slot hashes and as many slots as the localnet had, and begins with its
 * accounts. Blockhashes are the chain's business, which the library does not look at.
 */
describe('compared with LiteSVM called directly', () => {
  const seed = testSeed();
  let test: TestNet;
  let cast: Cast;
  let localnet: LocalnetSide;
  let bare: BareVm;
  let snapshot: number;
  /** What the transactions of all runs came to. */
  const outcomes = { landed: 0, failed: 0, dropped: 0, refused: 0 };

  beforeAll(async () => {
    console.log(`oracle: TEST_SEED=${seed}`);
    test = await startTestNet({ control: true, slotMs: 60_000 });
    cast = await createCast();
    localnet = await setStage(test, cast);
    ({ snapshot } = await localnet.control<{ snapshot: number }>('snapshot'));
    bare = createBareVm();
    for (const [address, state] of await readWorld(localnet)) bare.put(address, state);
  });
  afterAll(() => test.stop());

  const enterSlot = async (): Promise<void> => bare.enterSlot(await readSysvars(localnet));

  it(
    'has the same statuses, logs, balances, compute units and accounts',
    async () => {
      const before: Touched = new Map();
      await fc.assert(
        fc.asyncProperty(anySteps(Object.keys(MAKERS)), async (steps) => {
          await localnet.control('restore', snapshot);
          for (const [address, state] of before) {
            if (!isDeepStrictEqual(bare.account(address), state)) bare.put(address, state);
          }
          await enterSlot();
          const sent = new Map<string, { drawn: Drawn; executed: Executed }>();
          for (const step of steps) await take(step, sent, before);
          await localnet.control('step');
          for (const [signature, { drawn, executed }] of sent)
            await compareHistory(signature, drawn, executed);
        }),
        { seed, numRuns: RUNS, endOnFailure: false },
      );
      console.log(`oracle: ${JSON.stringify(outcomes)}`);
    },
    TIMEOUT_MS,
  );

  it('tried transactions of every outcome', () => {
    expect(outcomes.landed).toBeGreaterThan(RUNS);
    expect(outcomes.failed).toBeGreaterThan(RUNS);
    expect(outcomes.dropped).toBeGreaterThan(0);
  });

  async function take(
    step: Step,
    sent: Map<string, { drawn: Drawn; executed: Executed }>,
    before: Touched,
  ): Promise<void> {
    if ('slots' in step) {
      await localnet.control('step', step.slots);
      await enterSlot();
    } else if ('seconds' in step) {
      await localnet.control('advanceClock', step.seconds);
      await enterSlot();
    } else {
      await compareOne(step.transaction, sent, before);
    }
  }

  async function compareOne(
    drawing: TransactionDraw,
    sent: Map<string, { drawn: Drawn; executed: Executed }>,
    before: Touched,
  ): Promise<void> {
    const drawn = await drawTransaction(cast, MAKERS, drawing, await localnet.blockhash());
    if (drawn === null) return;
    const simulated = await localnet.simulate(drawn);
    const signature = await localnet.send(drawn);
    if (sent.get(signature)?.executed.landed) {
      // The chain takes a transaction once; the library, which remembers none here, would take it again.
      expect(simulated).toMatchObject({ err: 'AlreadyProcessed' });
      outcomes.refused += 1;
      return;
    }
    for (const key of drawn.keys) if (!before.has(key)) before.set(key, bare.account(key));
    const expected = expectedSimulation(bare, drawn);
    const executed = bare.execute(drawn.transaction, drawn.keys);
    expect(simulated).toEqual(executed.landed ? expected : withoutExecution(expected));
    sent.set(signature, { drawn, executed });
    expect(await localnet.accounts(drawn.keys)).toEqual(drawn.keys.map(bare.account));
  }

  async function compareHistory(signature: string, drawn: Drawn, executed: Executed): Promise<void> {
    const { landed, ...told } = executed;
    const found = await localnet.transaction(signature);
    outcomes[landed ? (executed.err === null ? 'landed' : 'failed') : 'dropped'] += 1;
    expect(found).toEqual(
      landed
        ? { ...told, err: expectedError(bare, drawn, told.err), version: drawn.version, loaded: drawn.loaded }
        : null,
    );
  }
});
