import {
  canonicalDigest,
  type FlowLog,
  type JobOperation,
  RESULT_SERVICE,
  SERVICE_RECEIPT_SCHEMA,
  type ServiceSpec,
  type SignBytes,
  serviceHostLabel,
  signServiceReceipt,
} from '@inferscan/formats';
import type { InferenceEngine } from '@inferscan/inference';

import { stopCause } from '../execution/stop.js';
import type { HardwareReport } from '../hardware/report.js';
import type { Logger } from '../log.js';
import type { JobFailure } from '../result/failure.js';
import { EXIT, type OperationOutcome } from '../result/flow.js';
import { createJobAccess } from './access.js';
import { createEndpoint, type Endpoint } from './endpoint.js';

/** Where a node lets its services listen. */
export interface ServicePlace {
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** One job runs at a time, so one port serves them all; any free one where it is left out. */
  port?: number | undefined;
  /** Under which others reach it, as the node's entry in the nodes program says. */
  publicUrl?: string | undefined;
}

/** What serving needs besides what running inputs needs. */
export interface ServiceDeps {
  reference: { job: string; market: string; node: string; run: string; definitionCid: string };
  place: ServicePlace;
  /** The address that posted the job. */
  project: string;
  log: Logger;
}

export interface ServeDeps extends ServiceDeps {
  engine: InferenceEngine;
  hardware: HardwareReport;
  sign: SignBytes;
}

/**
 * Serves a model until the job has to stop. Never throws: what goes wrong is in the outcome.
 * @param opIndex place of the op in its definition
 */
export async function serveModel(
  deps: ServeDeps,
  op: JobOperation,
  opIndex: number,
  spec: ServiceSpec,
  signal: AbortSignal,
): Promise<OperationOutcome> {
  const startTime = Date.now();
  const logs: FlowLog[] = [];
  const base = { op, startTime, logs };
  const fail = (failure: JobFailure): OperationOutcome => ({
    ...base,
    status: 'failed',
    exitCode: EXIT.host,
    endTime: Date.now(),
    failure,
  });
  const { job } = deps.reference;
  const model = deps.engine.models().find(({ name }) => name === spec.model);
  const missing = whyNotServed(deps.engine, spec);
  if (model === undefined || missing !== undefined) {
    return fail({ event: 'resource-error', code: 404, message: missing ?? 'this node has no such model' });
  }
  const hostLabel = serviceHostLabel(opIndex, spec.serve.port, job);
  let endpoint: Endpoint;
  try {
    endpoint = await open(deps, spec);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail({ event: 'inference-error', message: `the endpoint could not be opened: ${reason}` });
  }
  const say = (line: string) => {
    logs.push({ type: 'stdout', log: `${line}\n`, timestamp: new Date().toISOString() });
  };
  const url = deps.place.publicUrl ?? endpoint.url;
  say(`serving ${spec.model} at ${url}/v1, on the network ${hostLabel}`);
  deps.log.info({ job, url, port: endpoint.port, hostLabel, model: spec.model }, 'serving a model');
  await aborted(signal);
  await endpoint.close('the job is over');
  const endTime = Date.now();
  const { requests, tokens } = endpoint.tally;
  say(`served ${requests.served} requests, ${tokens.prompt} tokens read, ${tokens.completion} written`);
  const receipt = await signServiceReceipt(
    {
      schema: SERVICE_RECEIPT_SCHEMA,
      job,
      market: deps.reference.market,
      node: deps.reference.node,
      run: deps.reference.run,
      op: op.id,
      definition_cid: deps.reference.definitionCid,
      spec_digest: canonicalDigest(spec),
      model: { name: model.name, digest: model.digest, parameters: model.parameters },
      task: spec.task,
      precision: spec.precision ?? model.precision,
      port: spec.serve.port,
      host_label: hostLabel,
      requests: { ...requests },
      tokens: { ...tokens },
      attestation: { tokens: model.claimed ? 'claimed' : 'measured' },
      hardware: { ...deps.hardware, gpus: deps.hardware.gpus.map((gpu) => ({ ...gpu })) },
      started_at: Math.floor(startTime / 1000),
      finished_at: Math.floor(endTime / 1000),
    },
    deps.sign,
  );
  return {
    ...base,
    status: 'stopped',
    exitCode: EXIT.stopped,
    stopped: stopCause(signal),
    endTime,
    provider: 'in-process',
    results: { [RESULT_SERVICE]: [JSON.stringify(receipt)] },
  };
}

function open({ engine, reference, project, place, log }: ServeDeps, spec: ServiceSpec): Promise<Endpoint> {
  const { job, node } = reference;
  return createEndpoint({
    engine,
    only: { name: spec.model, precision: spec.precision },
    access: createJobAccess({ job, node, project }),
    host: place.host,
    port: place.port,
    onError: (error) => log.error({ err: error, job }, 'a request failed'),
  });
}

/** Why an engine cannot serve what a spec asks for; undefined where it can. */
export function whyNotServed(engine: InferenceEngine, spec: ServiceSpec): string | undefined {
  const model = engine.models().find(({ name }) => name === spec.model);
  if (model === undefined) {
    const known = engine.models().map(({ name }) => name);
    return `this node has no model ${spec.model}; it has: ${known.join(', ') || 'none'}`;
  }
  if (spec.precision === undefined || model.precisions.includes(spec.precision)) return undefined;
  return `this node has ${spec.model} in ${model.precisions.join(', ')}, not in ${spec.precision}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
