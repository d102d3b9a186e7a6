import { readFile } from 'node:fs/promises';

import {
  describeIssues,
  type InferenceSpec,
  inferenceSpecOf,
  isServing,
  type OperationSpec,
  type Receipt,
  validateDefinition,
  validateInferenceSpec,
  validateInputs,
} from '@inferscan/formats';
import { type ContentClient, createContentClient } from '@inferscan/storage/client';

import { MAX_FETCHED_INPUTS } from '../execution/inference.js';
import type { Asked } from './replay.js';
import type { ReplayOptions } from './settings.js';

/**
 * What was asked for in the job of a receipt; null where neither a file nor a gateway is named.
 * @throws Error that says what cannot be read
 */
export async function readAsked(receipt: Receipt, options: ReplayOptions): Promise<Asked | null> {
  if (options.definition === undefined && options.gateways.length === 0) return null;
  const content = createContentClient({ gateways: options.gateways, allowPrivate: options.allowPrivate });
  try {
    const spec = specIn(await definitionOf(receipt, options, content), receipt.op);
    const inputs = typeof spec.inputs === 'string' ? await inputsOf(spec, options, content) : spec.inputs;
    return { spec, inputs };
  } finally {
    await content.close();
  }
}

async function definitionOf(
  receipt: Receipt,
  { definition, gateways }: ReplayOptions,
  content: ContentClient,
): Promise<unknown> {
  if (definition !== undefined) return readJson(definition);
  if (receipt.definition_cid === null)
    throw new Error('the receipt names no definition; name it by --definition');
  return content.fetchJson(receipt.definition_cid).catch((error: unknown) => {
    throw new Error(`the definition cannot be fetched from ${gateways.join(', ')}: ${messageOf(error)}`);
  });
}

/** A definition's inference spec of this op, or the spec itself. */
function specIn(json: unknown, op: string): InferenceSpec {
  if (typeof json === 'object' && json !== null && 'task' in json) {
    const checked = validateInferenceSpec(json);
    if (checked.ok) return answering(checked.spec);
    throw new Error(`the spec is not valid: ${describeIssues(checked.errors)}`);
  }
  const checked = validateDefinition(json);
  if (!checked.ok) throw new Error(`the definition is not valid: ${describeIssues(checked.errors)}`);
  const found = checked.definition.ops.find(({ id }) => id === op);
  const inference = found && inferenceSpecOf(found);
  if (!inference?.ok) throw new Error(`the definition has no inference op ${op}`);
  return answering(inference.spec);
}

function answering(spec: OperationSpec): InferenceSpec {
  if (isServing(spec))
    throw new Error('the op served a model to others, whose requests are in no definition');
  return spec;
}

async function inputsOf(
  spec: InferenceSpec,
  { inputs }: ReplayOptions,
  content: ContentClient,
): Promise<Asked['inputs']> {
  const cid = spec.inputs as string;
  const list = inputs === undefined ? await content.fetchJson(cid) : await readJson(inputs);
  const checked = validateInputs(spec, list, MAX_FETCHED_INPUTS);
  if (checked.ok) return checked.inputs;
  throw new Error(`the inputs are not valid: ${describeIssues(checked.errors)}`);
}

/** @throws Error that names the file */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
