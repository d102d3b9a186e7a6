import { generateKeyPairSync, sign as signWith } from 'node:crypto';

import { type InferenceSpec, inferenceDefinition, type TextGenerationOutput } from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { getAddressDecoder } from '@solana/kit';
import { afterAll, beforeAll } from 'vitest';

import { type InferenceDeps, runInference } from '../../src/execution/inference.js';
import { hardwareReport } from '../../src/hardware/report.js';
import type { OperationOutcome } from '../../src/result/flow.js';

/** One engine on the repository's models for a test file. */
export function engineForTests(): () => InferenceEngine {
  let engine: InferenceEngine | undefined;
  beforeAll(async () => {
    engine = await createInferenceEngine();
  });
  afterAll(() => engine?.close());
  return () => {
    if (!engine) throw new Error('the engine has not started');
    return engine;
  };
}

/** A node's key, and what names a job of its. */
export function createNodeKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    address: getAddressDecoder().decode(raw) as string,
    sign: (message: Uint8Array) => new Uint8Array(signWith(null, message, privateKey)),
  };
}

const SOME_ADDRESS = 'GH9vSNDqf8T3RYtzbysxGYNtxMAHe5hyz9zTDkpUQnGh';

/** Runs a spec as a node would run it as the only op of a job. */
export async function runSpec(
  engine: InferenceEngine,
  spec: InferenceSpec,
  change: Partial<InferenceDeps> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<OperationOutcome> {
  const [op] = inferenceDefinition(spec).ops;
  if (!op) throw new Error('the definition has no op');
  const key = createNodeKey();
  const deps: InferenceDeps = {
    engine,
    content: {
      fetchJson: () => Promise.reject(new Error('nothing is fetched here')),
    },
    hardware: await hardwareReport(),
    sign: key.sign,
    reference: {
      job: SOME_ADDRESS,
      market: SOME_ADDRESS,
      node: key.address,
      run: SOME_ADDRESS,
      definitionCid: 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51',
    },
    fetchAttempts: 1,
    ...change,
  };
  return runInference(deps, op, spec, signal);
}

export function outputsOf(outcome: OperationOutcome): TextGenerationOutput[] {
  return (outcome.results?.outputs ?? []).map((text) => JSON.parse(text) as TextGenerationOutput);
}
