import { z } from 'zod';

/**
 * Types of parameters that complain in the words of a validator. Validators read parameters with a library that says
 * "invalid type: integer `1`, expected a string", and what clients show to people is that text.
 */

/** How the text of an issue becomes the text of an error: as it is, or as what is wrong with the parameters' form. */
export type IssueForm = 'whole' | 'form';

interface Context {
  addIssue(issue: { code: 'custom'; message: string; params: { form: IssueForm } }): void;
}

/** Refuses a parameter with exactly this text. */
export function refuse(context: Context, message: string): never {
  context.addIssue({ code: 'custom', message, params: { form: 'whole' } });
  return z.NEVER;
}

/** Refuses a parameter because of its form. */
function misfit(context: Context, message: string): never {
  context.addIssue({ code: 'custom', message, params: { form: 'form' } });
  return z.NEVER;
}

/** Reads a part of a parameter as another type. */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  context: Context,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const whole = issue?.code === 'custom' && issue.params?.form === 'whole';
  return (whole ? refuse : misfit)(context, issue?.message ?? 'not understood');
}

/** Names a value as the validator's messages do. */
function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return `boolean \`${value}\``;
  if (typeof value === 'number') return `${isWhole(value) ? 'integer' : 'floating point'} \`${value}\``;
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  return Array.isArray(value) ? 'sequence' : 'map';
}

/** JSON numbers outside of 64 bits are floating point for validators. */
const isWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 64;

const typed = <T>(expected: string, is: (value: unknown) => value is T) =>
  z
    .unknown()
    .transform(
      (value, context): T =>
        is(value) ? value : misfit(context, `invalid type: ${nameOf(value)}, expected ${expected}`),
    );

const isText = (value: unknown): value is string => typeof value === 'string';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Stands for a name without a value. */
export const unit = typed('unit', (value): value is null => value === null);
export const text = typed('a string', isText);
export const flag = typed('a boolean', isFlag);

/** A whole number from 0 to `max`, which the validator keeps as `type`. */
const unsigned = (type: string, max: number) =>
  z.unknown().transform((value, context): number => {
    if (typeof value !== 'number' || !isWhole(value)) {
      return misfit(context, `invalid type: ${nameOf(value)}, expected ${type}`);
    }
    if (value < 0 || value > max) {
      return misfit(context, `invalid value: integer \`${value}\`, expected ${type}`);
    }
    return value;
  });

export const u8 = unsigned('u8', 255);
export const u64 = unsigned('u64', 2 ** 64);
export const usize = unsigned('usize', 2 ** 64);

/** One of several names. */
export const variant = <const Name extends string>(names: readonly Name[]) =>
  z.unknown().transform((value, context): Name => {
    if (!isText(value)) return misfit(context, `invalid type: ${nameOf(value)}, expected string or map`);
    return names.find((name) => name === value) ?? misfit(context, unknownVariant(value, names));
  });

/** Says that a name is none of those known. */
function unknownVariant(name: string, known: readonly string[]): string {
  const quoted = known.map((one) => `\`${one}\``);
  const choice = quoted.length === 2 ? quoted.join(' or ') : `one of ${quoted.join(', ')}`;
  return `unknown variant \`${name}\`, expected ${choice}`;
}

/** An object in which exactly one of several names has a value. */
export const tagged = <const Name extends string>(names: readonly Name[]) =>
  z.unknown().transform((value, context): { readonly name: Name; readonly value: unknown } => {
    if (!isMap(value)) return misfit(context, `invalid type: ${nameOf(value)}, expected string or map`);
    const [entry, ...more] = Object.entries(value);
    if (entry === undefined || more.length > 0) {
      return misfit(context, 'invalid value: map, expected map with a single key');
    }
    const name = names.find((one) => one === entry[0]);
    return name === undefined ? misfit(context, unknownVariant(entry[0], names)) : { name, value: entry[1] };
  });

/** An object with the given fields; others are ignored. */
export const struct = <Shape extends z.ZodRawShape>(name: string, shape: Shape) =>
  z.preprocess((value, context) => {
    if (isMap(value)) return value;
    return misfit(context, `invalid type: ${nameOf(value)}, expected struct ${name}`);
  }, z.object(shape));

/** A list of at most `max` entries. */
export const sequence = <Item extends z.ZodType>(item: Item, max: number, tooMany: string) =>
  z.preprocess((value, context) => {
    if (!Array.isArray(value)) {
      return misfit(context, `invalid type: ${nameOf(value)}, expected a sequence`);
    }
    return value.length > max ? refuse(context, tooMany) : value;
  }, z.array(item));

/** The first of several types that fits. */
export const untagged = <A extends z.ZodType, B extends z.ZodType>(name: string, first: A, second: B) =>
  z.unknown().transform((value, context): z.output<A> | z.output<B> => {
    const one = first.safeParse(value);
    if (one.success) return one.data;
    const other = second.safeParse(value);
    if (other.success) return other.data;
    return misfit(context, `data did not match any variant of untagged enum ${name}`);
  });
