import * as fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { InferenceError } from '../../src/errors.js';

/** Malformed things in all, shared out among these kinds; the full number is INFERSCAN_MALFORMED=10000. */
const ALL = Number(process.env.INFERSCAN_MALFORMED ?? 400);
const KINDS = 10;
export const settings = { numRuns: Math.ceil(ALL / KINDS) };
export const TIMEOUT_MS = 60_000 + 60 * ALL;

/** Says what a long run leaves in memory, which native code keeps outside of the heap. */
export function watchMemory(): void {
  const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20);
  let before = 0;
  beforeAll(() => {
    before = megabytes();
  });
  afterAll(() => {
    if (process.env.INFERSCAN_MALFORMED === undefined) return;
    process.stderr.write(`${ALL} malformed in all: ${before} MB resident before, ${megabytes()} MB after\n`);
  });
}

/** What ends with an error ends with one of ours, of one line that says where. */
export async function endsWell(work: Promise<unknown>, where: RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return;
  expect(error).toBeInstanceOf(InferenceError);
  if (!(error instanceof InferenceError)) return;
  expect(['bad_request', 'bad_model', 'unknown_model', 'too_long']).toContain(error.code);
  expect(error.message).toMatch(where);
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    '',
    -1,
    0.5,
    1_000_000_000,
    2 ** 31,
    1e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    [],
    {},
  ),
  fc.string({ maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }),
  fc.uint8Array({ maxLength: 8 }),
);

/** Every place in a value, as a path of keys. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

/** A copy with something else at a place. */
function replaced(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other;
  const copy: unknown = structuredClone(value);
  if (typeof copy !== 'object' || copy === null) return other;
  // What a change before put there may have the key by its prototype, as lists have 'values'.
  const inner: unknown = Object.hasOwn(copy, key) ? Reflect.get(copy, key) : undefined;
  return Object.assign(copy, { [key]: replaced(inner, rest, other) });
}

export const malformed = (originals: readonly unknown[]) =>
  fc
    .constantFrom(...originals)
    .chain((original) =>
      fc
        .array(fc.tuple(fc.constantFrom(...placesOf(original)), odd), { minLength: 1, maxLength: 2 })
        .map((changes) =>
          changes.reduce<unknown>((value, [place, other]) => replaced(value, place, other), original),
        ),
    );
