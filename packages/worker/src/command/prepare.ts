import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

import { WORKER_IMAGE_VERSION } from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import type { NodeDescription } from '@inferscan/protocol';
import { encodeJson } from '@inferscan/storage/content';
import { type KeyPairSigner, signBytes } from '@solana/kit';

import { createOpenAiEngine } from '../engines/openai.js';
import { calibrate } from '../hardware/calibration.js';
import { describeComputer } from '../hardware/description.js';
import { nodeReport } from '../hardware/node-report.js';
import { type HardwareReport, hardwareReport } from '../hardware/report.js';
import type { Logger } from '../log.js';
import type { StartOptions } from '../options.js';
import { loadCalibration, saveCalibration } from '../state/calibration-file.js';

/** What a node knows of its machine before it works. */
export interface PreparedMachine {
  readonly engine: InferenceEngine;
  /** As receipts say it, with the address of the report. */
  readonly hardware: HardwareReport;
  readonly description: NodeDescription | undefined;
  /** Signed, to be pinned. */
  readonly report: unknown;
}

/** Measures the machine, where that has not been done, and starts the engine as that suggests. */
export async function prepareMachine(
  options: StartOptions,
  stateDir: string,
  signer: KeyPairSigner,
  log: Logger,
  signal: AbortSignal,
): Promise<PreparedMachine> {
  const { engineUrl, modelsDir, providers } = options;
  const createEngine = (threads: number) =>
    engineUrl === undefined
      ? createInferenceEngine({
          threads,
          providers,
          ...(modelsDir !== undefined && { modelsDir: resolve(modelsDir) }),
        })
      : createOpenAiEngine({ url: engineUrl, apiKey: process.env.ENGINE_API_KEY });
  const hardware = await hardwareReport();
  const known = await loadCalibration(stateDir, hardware, providers);
  const calibration = await calibrate({
    createEngine,
    threads: options.threads,
    cores: availableParallelism(),
    budgetMs: options.calibrationMs,
    known,
    signal,
    onFigure: (figure) => log.info({ ...figure }, 'measured a model'),
  });
  await saveCalibration(stateDir, hardware, calibration, providers);
  const description = options.isRegistered
    ? await describeComputer({
        folder: stateDir,
        version: WORKER_IMAGE_VERSION,
        gpus: hardware.gpus.length,
        endpoint: options.endpointUrl ?? '',
        country: options.country,
      })
    : undefined;
  const report = await nodeReport({ node: signer.address, hardware, description, calibration }, (message) =>
    signBytes(signer.keyPair.privateKey, message),
  );
  return {
    engine: await createEngine(calibration.threads),
    hardware: { ...hardware, report: (await encodeJson(report)).cid },
    description,
    report,
  };
}
