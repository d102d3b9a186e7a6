import { resolve } from 'node:path';

import {
  describeIssues,
  type InferenceSpec,
  inferenceDefinition,
  isServing,
  type JobOperation,
  type OperationSpec,
  plainLines,
  resultLine,
  validateInferenceSpec,
} from '@inferscan/formats';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import { type ContentClient, createContentClient } from '@inferscan/storage/client';
import { generateKeyPairSigner, isAddress, type KeyPairSigner, signBytes } from '@solana/kit';

import { loadKeypair } from '../chain/wallet.js';
import type { Command } from '../command/command.js';
import { runInference } from '../execution/inference.js';
import type { PartialDeps, PartialEvent } from '../execution/resume.js';
import { ExecutionStopped } from '../execution/stop.js';
import { hardwareReport } from '../hardware/report.js';
import { EXIT } from '../result/flow.js';
import { serveHere } from './serve.js';
import { INFER_HELP, type InferOptions, parseInfer } from './settings.js';

/** `infer SPEC`: what a container of the worker image runs. */
export const infer: Command = {
  summary: 'run one inference spec and print what a container would, or serve its model here',
  help: INFER_HELP,
  async run(argv) {
    const options = await parseInfer(argv, process.env, process.stdin);
    const checked = readSpec(options.spec);
    if (!checked.ok) {
      process.stderr.write(`infer: ${checked.message}\n`);
      return EXIT.failed;
    }
    const stop = new AbortController();
    const onSignal = () => stop.abort(new ExecutionStopped('ended'));
    process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
    return withEngine(options, (engine) =>
      isServing(checked.spec)
        ? serveHere(checked.spec, engine, options, stop.signal)
        : answerSpec(checked.spec, engine, options, stop.signal),
    );
  },
};

function readSpec(text: string): { ok: true; spec: OperationSpec } | { ok: false; message: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      message: `the spec is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const checked = validateInferenceSpec(json);
  return checked.ok
    ? checked
    : { ok: false, message: `the spec is not valid: ${describeIssues(checked.errors)}` };
}

async function withEngine<T>(
  { threads, providers, modelsDir }: InferOptions,
  use: (engine: InferenceEngine) => Promise<T>,
): Promise<T> {
  const engine = await createInferenceEngine({
    threads,
    providers: [...providers],
    ...(modelsDir === undefined ? {} : { modelsDir: resolve(modelsDir) }),
  });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

/** Prints answers as they come, then the results, and says how the container ends. */
async function answerSpec(
  spec: InferenceSpec,
  engine: InferenceEngine,
  options: InferOptions,
  signal: AbortSignal,
): Promise<number> {
  const signer: KeyPairSigner = options.keypair
    ? await loadKeypair(options.keypair)
    : await generateKeyPairSigner();
  const { gateways, allowPrivate } = options;
  const content = createContentClient({ gateways, allowPrivate });
  const job = process.env.NOSANA_ID ?? '';
  try {
    const { exitCode, failure, results } = await runInference(
      {
        engine,
        content,
        hardware: await hardwareReport(),
        sign: (message) => signBytes(signer.keyPair.privateKey, message),
        reference: {
          job: isAddress(job) ? job : null,
          market: null,
          node: signer.address,
          run: null,
          definitionCid: null,
        },
        fetchAttempts: 6,
        partial: spec.resume === undefined ? undefined : resumingOnly(content),
        onAnswer: ({ line }) => void process.stdout.write(`${plainLines(line)}\n`),
      },
      operationOf(spec, options.op),
      spec,
      signal,
    );
    for (const [name, texts] of Object.entries(results ?? {})) {
      for (const text of texts) process.stdout.write(`${resultLine(name, text)}\n`);
    }
    if (failure) process.stderr.write(`infer: ${failure.message}\n`);
    return exitCode ?? EXIT.host;
  } finally {
    await content.close();
  }
}

/** Goes on from where the spec says; what a container does itself is in its log, and pinned nowhere. */
function resumingOnly(content: Pick<ContentClient, 'fetchJson'>): PartialDeps {
  const say = (fields: PartialEvent, message: string) => {
    const why = fields.reason ?? (fields.err instanceof Error ? fields.err.message : undefined);
    process.stderr.write(`infer: ${message}${why === undefined ? '' : `: ${why}`}\n`);
  };
  return {
    store: { load: async () => null, save: async () => undefined },
    pin: () => Promise.reject(new Error('containers pin nothing')),
    fetch: (cid, signal) => content.fetchJson(cid, { signal }),
    log: { info: say, warn: say },
    everyRows: Number.POSITIVE_INFINITY,
    everyMs: Number.POSITIVE_INFINITY,
  };
}

/** The op that a definition for this spec has. */
function operationOf(spec: InferenceSpec, id: string): JobOperation {
  const [op] = inferenceDefinition(spec).ops;
  if (!op) throw new RangeError('a definition of a spec has an op');
  return { ...op, id };
}
