/** A place within a value: keys of objects and places in lists. */
export type Step = string | number;

/** The paths to all values within a value, those of lists and objects before what is in them. */
export function pathsIn(value: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Object.entries(value).flatMap(([key, one]) =>
    pathsIn(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inside : [path, ...inside];
}

/** A copy with another value at a path; undefined leaves it out. */
export function changed(value: unknown, [head, ...rest]: readonly Step[], to: unknown): unknown {
  if (head === undefined) return to;
  if (Array.isArray(value)) return value.map((one, at) => (at === head ? changed(one, rest, to) : one));
  const inner = changed((value as Record<string, unknown>)[head], rest, to);
  return { ...(value as object), [head]: inner };
}
