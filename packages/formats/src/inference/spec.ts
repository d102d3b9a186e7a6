import { z } from 'zod';

import { type FormatIssue, zodIssues } from '../issues.js';
import { ServiceSpec } from './service.js';
import { ActionSpec, ClassificationSpec, EmbeddingSpec, ImageGenerationSpec } from './tasks.js';
import { TextGenerationSpec } from './text-generation.js';

/**
 * Inputs that an inference op has answered. Nothing is defaulted here, so the digest of the parsed spec is the digest of the spec as written.
 */
export const InferenceSpec = z.discriminatedUnion('task', [
  TextGenerationSpec,
  EmbeddingSpec,
  ClassificationSpec,
  ImageGenerationSpec,
  ActionSpec,
]);
export type InferenceSpec = z.infer<typeof InferenceSpec>;
export type InferenceTask = InferenceSpec['task'];

/** What an inference op asks for, the JSON after `infer` in its cmd: answers to inputs, or an endpoint. */
export type OperationSpec = InferenceSpec | ServiceSpec;

/** Whether a spec asks for an endpoint instead of having inputs answered. */
export function isServing(spec: OperationSpec): spec is ServiceSpec {
  return typeof spec.serve === 'object';
}

/** Checks a spec; paths of errors start at `base`. Never throws. */
export function validateInferenceSpec(
  value: unknown,
  base = '$spec',
): { ok: true; spec: OperationSpec } | { ok: false; errors: FormatIssue[] } {
  let parsed: z.ZodSafeParseResult<OperationSpec>;
  try {
    parsed = hasPort(value) ? ServiceSpec.safeParse(value) : InferenceSpec.safeParse(value);
  } catch (error) {
    // Documents nested deeper than the stack.
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, errors: [{ path: base, message: `could not be checked: ${reason}` }] };
  }
  return parsed.success
    ? { ok: true, spec: parsed.data }
    : { ok: false, errors: zodIssues(parsed.error, base) };
}

/** Decides of which of the two kinds a document means to be. */
function hasPort(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('serve' in value)) return false;
  return typeof value.serve === 'object' && value.serve !== null;
}

/**
 * Checks one list of inputs that came by CID, as the spec would have it inline.
 * @param most how many there may be
 */
export function validateInputs<Spec extends InferenceSpec>(
  spec: Spec,
  value: unknown,
  most: number,
  base = '$inputs',
): { ok: true; inputs: Exclude<Spec['inputs'], string> } | { ok: false; errors: FormatIssue[] } {
  if (!Array.isArray(value) || value.length === 0 || value.length > most) {
    return { ok: false, errors: [{ path: base, message: `expected a list of 1 to ${most} inputs` }] };
  }
  for (const [index, input] of value.entries()) {
    const checked = validateInferenceSpec({ ...spec, inputs: [input] }, '');
    if (checked.ok) continue;
    const errors = checked.errors.map(({ path, message }) => ({
      path: path.replace(/^\.inputs(\[0\])?/, `${base}[${index}]`),
      message,
    }));
    return { ok: false, errors };
  }
  return { ok: true, inputs: value as Exclude<Spec['inputs'], string> };
}
