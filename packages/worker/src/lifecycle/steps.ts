import { type FlowState, flowSummary, type SignBytes } from '@inferscan/formats';
import type { InferenceEngine } from '@inferscan/inference';
import {
  buildComplete,
  buildFinish,
  buildQuit,
  type NetworkConfig,
  type NodeDescription,
} from '@inferscan/protocol';
import { type ContentClient, ContentError } from '@inferscan/storage/client';
import { cidFromDigest, digestFromCid } from '@inferscan/storage/content';
import { type Address, type KeyPairSigner, signBytes } from '@solana/kit';

import { JOB_STOPPED, type Job, type Run } from '../chain/accounts.js';
import { TransactionRejected } from '../chain/errors.js';
import { handoverInstructions } from '../chain/handover.js';
import type { ChainReader } from '../chain/reader.js';
import type { ChainWatcher } from '../chain/watcher.js';
import type { ContainerHost } from '../containers/engine.js';
import type { ServicePlace } from '../endpoint/serve.js';
import { executeJob } from '../execution/job.js';
import type { PartialDeps } from '../execution/resume.js';
import { stopCause } from '../execution/stop.js';
import type { HardwareReport } from '../hardware/report.js';
import type { Logger } from '../log.js';
import type { NodeObserver } from '../metrics/node-metrics.js';
import { failedFlow, stoppedFlow } from '../result/flow.js';
import { openPartialFile } from '../state/partial-file.js';
import type { CurrentRun } from '../state/record.js';
import type { StateStore } from '../state/store.js';
import type { Books } from './books.js';
import type { Conditions } from './conditions.js';
import { ensureRegistered } from './register.js';
import { supervise } from './supervise.js';
import type { NodeTransactions } from './transactions.js';

export interface StepDeps {
  network: NetworkConfig;
  signer: KeyPairSigner;
  conditions: Conditions;
  books: Books;
  reader: ChainReader;
  transactions: NodeTransactions;
  watcher: ChainWatcher;
  content: ContentClient;
  engine: InferenceEngine;
  hardware: HardwareReport;
  servicePlace: ServicePlace;
  containers: ContainerHost | undefined;
  store: StateStore;
  /** Where the node remembers what it is at. */
  stateDir: string;
  log: Logger;
  observer: NodeObserver | undefined;
  fetchAttempts: number;
  pollMs: number;
  /** Stops the running job because the node has to go. */
  shutdown: AbortSignal;
  /** A job that is stopped so is handed back, instead of handing in what there is of it. */
  givesBack: boolean;
  /** What the nodes program shall say of this node; undefined to leave that alone. */
  description: NodeDescription | undefined;
  kill: AbortSignal;
}

/** A run begun this often without an end is answered with a failure: the job may be what kills the node. */
const MAX_ATTEMPTS = 3;

/** After this time a description that was refused is sent again. */
const REGISTER_AGAIN_MS = 600_000;

/** Whether a run was stopped, before it was through, because the node has to go. */
function isCutShort(flow: FlowState, stop: AbortSignal | undefined): boolean {
  return stop?.aborted === true && stopCause(stop) === 'shutdown' && flow.status !== 'success';
}

/** The steps of a node's life that change something. Each may be interrupted anywhere and done again. */
export function createSteps(deps: StepDeps) {
  const { network, signer, reader, store, log, kill, content, transactions } = deps;
  let registerFrom = 0;
  const sign: SignBytes = (message) => signBytes(signer.keyPair.privateKey, message);

  /** What is done of a run on the way is pinned, and its address remembered. */
  const partialsOf = (run: Address, job: Job): PartialDeps => ({
    store: openPartialFile(deps.stateDir, run),
    pin: async (value: unknown) => (await content.pinJson(value, { signal: kill })).cid,
    fetch: (cid: string, signal: AbortSignal) => content.fetchJson(cid, { signal }),
    log,
    // Only of a job that was given back before others can have done something.
    ...(job.state === JOB_STOPPED && {
      handedOver: (signal: AbortSignal) => reader.handedOver(job.address, signal),
    }),
  });

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
      let stop: AbortSignal | undefined;
      const flow =
        attempts > MAX_ATTEMPTS
          ? failedFlow(
              {
                event: 'inference-error',
                message: `the node died ${MAX_ATTEMPTS} times while running this job`,
              },
              { startTime: begun, endTime: begun },
            )
          : await supervise(deps, run, job, (signal) => {
              stop = signal;
              const service = { place: deps.servicePlace, project: job.project, reference, log };
              const partial = partialsOf(run.address, job);
              const containers = deps.containers && { host: deps.containers, place: deps.servicePlace, log };
              const { project } = job;
              return executeJob({ ...deps, sign, reference, service, partial, containers, project }, signal);
            });
      kill.throwIfAborted();
      if (deps.givesBack && isCutShort(flow, stop)) {
        await store.update({ current: { ...current, stage: 'abandoned' } });
        log.info({ job: job.address }, 'stopped the job to hand it back');
        return true;
      }
      await saveFlow(current, flow);
      const summary = flowSummary(flow);
      deps.observer?.jobEnded(summary.state);
      log.info({ job: job.address, ms: Date.now() - begun, ...summary }, 'ran the job');
      return true;
    },

    async recordEnd(current: CurrentRun): Promise<void> {
      const now = Date.now();
      await saveFlow(current, stoppedFlow('ended', { startTime: now, endTime: now }));
    },

    async pin(current: CurrentRun): Promise<void> {
      try {
        const { cid } = await content.pinJson(current.flow, { signal: kill });
        deps.conditions.notePinning(null);
        await store.update({ current: { ...current, stage: 'pinned', resultCid: cid } });
      } catch (error) {
        if (!(error instanceof ContentError)) throw error;
        if (error.code !== 'too_large') {
          deps.conditions.notePinning(error.message);
          throw error;
        }
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
        ...(await transactions.nosAccount()),
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
        const { signature } = await transactions.land('finish', instructions);
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
        const { signature } = await transactions.land('complete', [instruction]);
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
      if (current.stage !== 'abandoned') {
        log.error({ job: current.job }, 'the chain keeps refusing the result: giving the job back');
      }
      const instruction = await buildQuit({
        network,
        job: run.job,
        run: run.address,
        node: signer,
        runPayer: run.payer,
      });
      const handover = handoverInstructions(await openPartialFile(deps.stateDir, run.address).all());
      try {
        await transactions.land('quit', [instruction, ...handover]);
      } catch (error) {
        if (handover.length === 0 || !(error instanceof TransactionRejected)) throw error;
        // A chain may lack the program of memos: the job goes back in any case.
        await transactions.land('quit', [instruction]);
      }
    },

    async forget(current: CurrentRun, settled: boolean): Promise<void> {
      await store.update({ current: null, settling: deps.books.withRun(current) });
      const which = { job: current.job, run: current.run };
      if (settled) log.info(which, 'the job is settled');
      else if (current.stage === 'abandoned') log.info(which, 'handed the job back');
      else log.warn(which, 'the run was closed without a result of this node');
    },

    /** Describes the node on chain, once in a process; a node that could not be described works all the same. */
    async register(): Promise<void> {
      if (deps.description === undefined || performance.now() < registerFrom) return;
      try {
        const done = await ensureRegistered(deps, deps.description);
        registerFrom = Number.POSITIVE_INFINITY;
        if (done !== 'unchanged') log.info({ ...deps.description }, `${done} in the nodes program`);
      } catch (error) {
        kill.throwIfAborted();
        registerFrom = performance.now() + REGISTER_AGAIN_MS;
        log.warn(
          { err: error },
          'could not describe the node in the nodes program; tried again in some minutes',
        );
      }
    },
  };
}

export type Steps = ReturnType<typeof createSteps>;
