import { z } from 'zod';

/** Precisions a model may be asked to run at. */
export const Precision = z.enum(['fp32', 'fp16', 'int8', 'int4']);
export type Precision = z.infer<typeof Precision>;

/** Most inputs in one definition; larger batches come by CID. */
export const MAX_INPUTS = 1_000;
/** Most UTF-16 units in one text: a bound against hostile documents, not a context length. */
export const MAX_PROMPT_CHARS = 65_536;
/** Highest sampling seed: seeds are unsigned 32-bit. */
export const MAX_SEED = 0xffff_ffff;

const Cid = z
  .string()
  .regex(/^(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,120})$/, 'expected a CID (Qm… or b…)');

const Model = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,199}$/,
    'expected a catalogue name or a CID (letters, digits and . _ / : @ -, at most 200)',
  );

/** With a port, a spec is one of a service: see there. */
const NotServed = z.literal(false, { error: 'expected false or {"port": 1-65535}' });

/** What a spec of any task says besides its inputs and parameters. */
export const common = {
  model: Model,
  precision: Precision.optional(),
  serve: NotServed.optional(),
  /** What was done of the same spec before; a node checks it and goes on from there. */
  resume: Cid.optional(),
};

export const Seed = z.int().min(0).max(MAX_SEED);

export const Text = z.string().min(1, 'a text may not be empty').max(MAX_PROMPT_CHARS);

/** A list of inputs, or the CID of one. */
export function inputsOf<const Input extends z.ZodType>(input: Input, what: string) {
  const list = z.array(input).min(1, `expected at least one of ${what}`).max(MAX_INPUTS);
  return z.union([list, Cid], {
    error: `expected a list of 1 to ${MAX_INPUTS} ${what}, or the CID of one`,
  });
}

/**
 * The seed of the input at `index`: consecutive from the spec's seed, modulo 2^32, so that the same input listed twice is
 * drawn twice and each draw can be repeated alone.
 * @param each how many seeds an input takes: the completions that are asked for
 */
export function seedOfInput(seed: number, index: number, each = 1): number {
  return (seed + index * each) % (MAX_SEED + 1);
}
