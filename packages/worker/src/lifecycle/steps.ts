import { type FlowState, flowSummary, type SignBytes } from '@inferscan/formats';
import type { InferenceEngine } from '@inferscan/inference';
import {
  buildComplete,
  buildFinish,
  buildQuit,
  buildStop,
  buildWork,
  type NetworkConfig,
} from '@inferscan/protocol';
import { type ContentClient, ContentError } from '@inferscan/storage/client';
import { cidFromDigest, digestFromCid } from '@inferscan/storage/content';
import {
  type Address,
  generateKeyPairSigner,
  type Instruction,
  type KeyPairSigner,
  signBytes,
} from '@solana/kit';
import { getCreateAssociatedTokenIdempotentInstruction } from '@solana-program/token';

import type { Job, NodeView, Run } from '../chain/accounts.js';
import { TransactionRejected } from '../chain/errors.js';
import type { ChainReader } from '../chain/reader.js';
import type { Landed, TransactionSender } from '../chain/sender.js';
import type { ChainWatcher } from '../chain/watcher.js';
import { executeJob } from '../execution/job.js';
import type { HardwareReport } from '../hardware/report.js';
import type { Logger } from '../log.js';
import { failedFlow, stoppedFlow } from '../result/flow.js';
import type { CurrentRun } from '../state/record.js';
import type { StateStore } from '../state/store.js';
import { obstacle } from './eligibility.js';
import { supervise } from './supervise.js';

export interface StepDeps {
  network: NetworkConfig;
  market: Address;
  signer: KeyPairSigner;
  accessNft: Address | undefined;
  reader: ChainReader;
  sender: TransactionSender;
  watcher: ChainWatcher;
  content: ContentClient;
  engine: InferenceEngine;
  hardware: HardwareReport;
  store: StateStore;
  log: Logger;
  fetchAttempts: number;
  pollMs: number;
  /** Stops the running job because the node has to go. */
  shutdown: AbortSignal;
  kill: AbortSignal;
}

/** A run begun this often without an end is answered with a failure: the job may be what kills the node. */
const MAX_ATTEMPTS = 3;

/** The steps of a node's life that change something. Each may be interrupted anywhere and done again. */
export function createSteps(deps: StepDeps) {
  const { network, signer, reader, sender, store, log, kill, content } = deps;
  const sign: SignBytes = (message) => signBytes(signer.keyPair.privateKey, message);

  async function landInstructions(action: string, instructions: readonly Instruction[]): Promise<Landed> {
    const landed = await sender.land(await sender.sign(action, instructions, kill), kill);
    reader.seenSlot(landed.slot);
    return landed;
  }

  /** Creates the node's NOS account where it is missing: `work` names it in open markets, `finish` pays into it. */
  async function nosAccountInstructions(): Promise<Instruction[]> {
    const account = await reader.nosAccount(signer.address, kill);
    if (account.exists) return [];
    return [
      getCreateAssociatedTokenIdempotentInstruction({
        payer: signer,
        ata: account.address,
        owner: signer.address,
        mint: network.nosMint,
      }),
    ];
  }

  async function saveFlow(current: CurrentRun, flow: FlowState): Promise<void> {
    await store.update({ current: { ...current, stage: 'executed', flow } });
  }

  /** Counts refusals by the program, not trouble on the way. */
  async function countRefusal(current: CurrentRun, error: unknown): Promise<void> {
    if (error instanceof TransactionRejected && error.errorNumber !== undefined) {
      await store.update({ current: { ...current, refusals: current.refusals + 1 } });
    }
  }

  return {
    /** False if the job's account is gone, so that the run can never be served. */
    async execute(run: Run): Promise<boolean> {
      const job = await reader.job(run.job, kill);
      if (!job) return false;
      const before = store.get().current;
      const attempts = before?.run === run.address ? before.attempts + 1 : 1;
      const current: CurrentRun = {
        run: run.address,
        job: run.job,
        attempts,
        refusals: 0,
        stage: 'executing',
      };
      await store.update({ current });
      const definitionCid = cidFromDigest(job.definitionDigest);
      const reference = {
        job: job.address,
        market: job.market,
        node: signer.address,
        run: run.address,
        definitionCid,
      };
      log.info({ ...reference, attempt: attempts, timeout: Number(job.timeout) }, 'running a job');
      const begun = Date.now();
      const flow =
        attempts > MAX_ATTEMPTS
          ? failedFlow(
              {
                event: 'inference-error',
                message: `the node died ${MAX_ATTEMPTS} times while running this job`,
              },
              { startTime: begun, endTime: begun },
            )
          : await supervise(deps, run, job, (signal) => executeJob({ ...deps, sign, reference }, signal));
      kill.throwIfAborted();
      await saveFlow(current, flow);
      log.info({ job: job.address, ms: Date.now() - begun, ...flowSummary(flow) }, 'ran the job');
      return true;
    },

    async recordEnd(current: CurrentRun): Promise<void> {
      const now = Date.now();
      await saveFlow(current, stoppedFlow('ended', { startTime: now, endTime: now }));
    },

    async pin(current: CurrentRun): Promise<void> {
      try {
        const { cid } = await content.pinJson(current.flow, { signal: kill });
        await store.update({ current: { ...current, stage: 'pinned', resultCid: cid } });
      } catch (error) {
        if (!(error instanceof ContentError) || error.code !== 'too_large') throw error;
        const now = Date.now();
        const failure = {
          event: 'operation-error',
          message: `the result is too large: ${error.message}`,
        } as const;
        await saveFlow(current, failedFlow(failure, { startTime: now, endTime: now }));
      }
    },

    async finish(current: CurrentRun, run: Run): Promise<void> {
      const job = await reader.job(current.job, kill);
      if (!job) throw new Error(`the job ${current.job} is gone while it runs`);
      const resultDigest = digestFromCid(current.resultCid ?? '');
      const instructions = [
        ...(await nosAccountInstructions()),
        await buildFinish({
          network,
          market: job.market,
          job: job.address,
          run: run.address,
          node: signer,
          jobPayer: job.payer,
          runPayer: run.payer,
          resultDigest,
        }),
      ];
      try {
        const { signature } = await landInstructions('finish', instructions);
        log.info({ job: job.address, result: current.resultCid, signature }, 'handed in the result');
      } catch (error) {
        await countRefusal(current, error);
        throw error;
      }
    },

    async complete(current: CurrentRun, job: Job): Promise<void> {
      const resultDigest = digestFromCid(current.resultCid ?? '');
      try {
        const instruction = await buildComplete({ network, job: job.address, node: signer, resultDigest });
        const { signature } = await landInstructions('complete', [instruction]);
        log.info(
          { job: job.address, result: current.resultCid, signature },
          'handed in the result of a job that its poster ended',
        );
      } catch (error) {
        await countRefusal(current, error);
        throw error;
      }
    },

    async quit(current: CurrentRun, run: Run): Promise<void> {
      log.error({ job: current.job }, 'the chain keeps refusing the result: giving the job back');
      const instruction = await buildQuit({
        network,
        job: run.job,
        run: run.address,
        node: signer,
        runPayer: run.payer,
      });
      await landInstructions('quit', [instruction]);
    },

    async forget(current: CurrentRun, settled: boolean): Promise<void> {
      await store.update({ current: null });
      if (settled) log.info({ job: current.job, run: current.run }, 'the job is settled');
      else
        log.warn({ job: current.job, run: current.run }, 'the run was closed without a result of this node');
    },

    /** Why the node may not enter the market, or null. */
    async obstacle(view: NodeView): Promise<string | null> {
      if (!view.market) return null;
      return obstacle(view.market, await reader.funds(kill), signer.address, deps.accessNft);
    },

    /** Signed once and remembered before it is sent: after a crash the same bytes are sent, never a second `work`. */
    async work(): Promise<void> {
      const pending = store.get().pendingWork;
      const signed = pending
        ? { action: 'work', ...pending }
        : await sender.sign(
            'work',
            [
              ...(await nosAccountInstructions()),
              await buildWork({
                network,
                market: deps.market,
                node: signer,
                run: await generateKeyPairSigner(),
                ...(deps.accessNft === undefined ? {} : { accessNft: deps.accessNft }),
              }),
            ],
            kill,
          );
      if (!pending) {
        const { signature, wire, lastValidBlockHeight } = signed;
        await store.update({ pendingWork: { signature, wire, lastValidBlockHeight } });
      }
      try {
        reader.seenSlot((await sender.land(signed, kill)).slot);
      } catch (error) {
        // Refused and expired are final; anything else leaves it pending.
        if (!kill.aborted) await store.update({ pendingWork: null });
        throw error;
      }
      await store.update({ pendingWork: null });
    },

    async leaveQueue(): Promise<void> {
      const instruction = await buildStop({
        network,
        market: deps.market,
        node: signer.address,
        authority: signer,
      });
      await landInstructions('stop', [instruction]);
      log.info('left the queue');
    },
  };
}

export type Steps = ReturnType<typeof createSteps>;
