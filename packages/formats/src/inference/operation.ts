import type { JobDefinition } from '@nosana/types';

import { describeIssues, type FormatIssue } from '../issues.js';
import { RESULT_PATTERNS } from '../result/lines.js';
import { isServing, type OperationSpec, validateInferenceSpec } from './spec.js';

/** The image whose entry point is `infer`; a reference worker runs it in-process. */
export const WORKER_IMAGE = 'inferscan/worker';
/** The tag that definitions written here name. */
export const WORKER_IMAGE_VERSION = '0.1.0';

type Operation = JobDefinition['ops'][number];

/** Whether an image reference names the worker image: any tag or digest, with or without Docker Hub's host. */
export function isWorkerImage(image: unknown): boolean {
  return (
    typeof image === 'string' &&
    /^(?:(?:index\.)?docker\.io\/)?inferscan\/worker(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/.test(
      image,
    )
  );
}

/**
 * The inference spec of an op.
 * @param base path of the op in its definition, for errors
 * @returns null if the op does not run the worker image; errors name the path of what is wrong
 */
export function inferenceSpecOf(
  op: Operation,
  base = '$op',
): { ok: true; spec: OperationSpec } | { ok: false; errors: FormatIssue[] } | null {
  const args = op.args;
  if (op.type !== 'container/run' || !('image' in args) || !isWorkerImage(args.image)) return null;
  const path = `${base}.args.cmd`;
  const cmd = args.cmd;
  if (!Array.isArray(cmd) || cmd.length !== 2 || cmd[0] !== 'infer' || typeof cmd[1] !== 'string') {
    return { ok: false, errors: [{ path, message: 'expected ["infer", "<JSON of the inference spec>"]' }] };
  }
  let json: unknown;
  try {
    json = JSON.parse(cmd[1]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, errors: [{ path: `${path}[1]`, message: `not JSON: ${reason}` }] };
  }
  return validateInferenceSpec(json, `${path}[1]`);
}

/** Values the definition's `meta` takes, as the network's validator allows them. */
export type DefinitionMeta = NonNullable<JobDefinition['meta']>;

/**
 * A one-op job definition that runs `spec` on the worker image, valid on every host of the network.
 * @throws TypeError if the spec is not valid, naming the paths
 */
export function inferenceDefinition(spec: OperationSpec, meta?: DefinitionMeta): JobDefinition {
  const checked = validateInferenceSpec(spec);
  if (!checked.ok) throw new TypeError(`invalid inference spec: ${describeIssues(checked.errors)}`);
  const port = isServing(checked.spec) ? checked.spec.serve.port : undefined;
  return {
    version: '0.1',
    type: 'container',
    ...(meta === undefined ? {} : { meta }),
    ops: [
      {
        type: 'container/run',
        id: 'inference',
        args: {
          image: `${WORKER_IMAGE}:${WORKER_IMAGE_VERSION}`,
          cmd: ['infer', JSON.stringify(checked.spec)],
          ...(port === undefined ? {} : { expose: port }),
        },
        // A container host finds the same results in the log as a reference worker writes.
        ...(port === undefined ? { results: { ...RESULT_PATTERNS } } : {}),
      },
    ],
  };
}
