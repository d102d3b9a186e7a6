/** Parameters of a page's address as the framework gives them. */
export type SearchParams = Readonly<Record<string, string | string[] | undefined>>;

/** The one value of a parameter; of several the first; empty ones are not there. */
export function oneOf(params: SearchParams, name: string): string | undefined {
  const value = params[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === '' ? undefined : first;
}

/** A parameter that must be one of a few words; anything else is the first. */
export function choiceOf<const Choice extends string>(
  params: SearchParams,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = oneOf(params, name);
  return choices.find((choice) => choice === value) ?? choices[0];
}

/** The address of a page with some parameters changed; undefined takes one away. */
export function hrefWith(
  path: string,
  params: SearchParams,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const name of new Set([...Object.keys(params), ...Object.keys(changes)])) {
    const value = name in changes ? changes[name] : oneOf(params, name);
    if (value !== undefined && value !== '') query.set(name, value);
  }
  query.sort();
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
