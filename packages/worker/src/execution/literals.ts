import type { FormatIssue } from '@inferscan/formats';

/** What others may ask of an op by a literal, as far as it is known. */
export interface OperationFacts {
  /** Name under which ops of the job reach it. */
  host?: string | undefined;
  /** By exposed port, where it is reached from outside. */
  endpoints?: ReadonlyMap<number, string> | undefined;
  results?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** What literals stand for. */
export interface LiteralValues {
  /** `job`, `project`, `host`: of `%%global.NAME%%`. */
  readonly globals: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly ops: ReadonlyMap<string, OperationFacts>;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const LITERAL = /%%((?:ops|globals?)\.[^%]{1,500})%%/g;
const WHOLE = /^%%((?:ops|globals?)\.[^%]{1,500})%%$/;
const SPREAD = '__spread__';
const PAIRS = '__pairs__';
const REMOVE_IF_EMPTY = '__remove-if-empty__';
/** Longest text that args may come to. */
const MAX_CHARS = 1_048_576;

class LiteralError extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** Whether there is anything in an op's args to resolve. */
export function hasLiterals(args: unknown): boolean {
  const text = JSON.stringify(args);
  return (
    text.search(LITERAL) >= 0 ||
    [SPREAD, PAIRS, REMOVE_IF_EMPTY].some((marker) => text.includes(`"${marker}"`))
  );
}

/**
 * The args of an op with what their literals stand for. An element of a list that is nothing but a literal becomes as many
 * elements as there are results; within a text, results are joined by spaces.
 * @param path of the args, for errors
 */
export function resolveLiterals(
  args: unknown,
  values: LiteralValues,
  path: string,
): { ok: true; args: unknown } | { ok: false; error: FormatIssue } {
  let chars = 0;

  function lookUp(name: string, at: string): readonly string[] {
    const found = literalValue(name, values);
    if (found === undefined) throw new LiteralError(at, `%%${name}%% stands for nothing here`);
    chars += found.reduce((sum, text) => sum + text.length, 0);
    if (chars > MAX_CHARS) throw new LiteralError(at, 'literals come to more than 1 MiB');
    return found;
  }
  const textOf = (text: string, at: string) =>
    text.replace(LITERAL, (_, name: string) => lookUp(name, at).join(' '));

  function spreadOf(value: Json | undefined, chunked: boolean, at: string): Json {
    const name = typeof value === 'string' ? WHOLE.exec(value)?.[1] : undefined;
    if (name === undefined) throw new LiteralError(at, 'expected a literal');
    const texts = lookUp(name, at);
    for (const text of chunked ? [texts.join('')] : texts) {
      const parsed = parse(text);
      if (typeof parsed === 'object' && parsed !== null) return parsed;
    }
    throw new LiteralError(at, `%%${name}%% is no JSON list or object`);
  }

  function inList(list: readonly Json[], at: string): Json[] {
    return list.flatMap((entry, index): Json[] => {
      const here = `${at}[${index}]`;
      if (entry === REMOVE_IF_EMPTY) return [];
      if (typeof entry === 'string') {
        const name = WHOLE.exec(entry)?.[1];
        return name === undefined ? [textOf(entry, here)] : [...lookUp(name, here)];
      }
      if (isObject(entry) && Object.hasOwn(entry, SPREAD)) {
        const spread = spreadOf(entry[SPREAD], entry.chunked === true, here);
        return Array.isArray(spread) ? spread : [spread];
      }
      return [resolve(entry, here)];
    });
  }

  function inObject(object: { [key: string]: Json }, at: string): { [key: string]: Json } {
    const entries = Object.entries(object).flatMap(([key, value]): [string, Json][] => {
      const here = `${at}.${key}`;
      if (key === SPREAD) {
        const spread = spreadOf(value, object.chunked === true, here);
        if (Array.isArray(spread)) throw new LiteralError(here, 'a list cannot become fields');
        return Object.entries(spread as { [key: string]: Json });
      }
      if (key === PAIRS) return pairsOf(spreadOf(value, false, here), here);
      if (Array.isArray(value) && value.includes(REMOVE_IF_EMPTY)) {
        const rest = inList(value, here);
        return rest.length === 0 ? [] : [[key, rest]];
      }
      return [[key, resolve(value, here)]];
    });
    return Object.fromEntries(entries);
  }

  function resolve(value: Json, at: string): Json {
    if (typeof value === 'string') return textOf(value, at);
    if (Array.isArray(value)) return inList(value, at);
    return isObject(value) ? inObject(value, at) : value;
  }

  try {
    const resolved = resolve(args as Json, path);
    return { ok: true, args: isObject(resolved) ? withExposedPorts(resolved, args) : resolved };
  } catch (error) {
    if (error instanceof LiteralError) {
      return { ok: false, error: { path: error.path, message: error.message } };
    }
    throw error;
  }
}

/** What a literal names; undefined where there is no such thing, or not yet. */
function literalValue(
  name: string,
  { globals, variables, ops }: LiteralValues,
): readonly string[] | undefined {
  const own = (record: Readonly<Record<string, string>>, key: string) =>
    Object.hasOwn(record, key) ? [record[key] ?? ''] : undefined;
  const [, scope, rest = ''] = /^(ops|globals?)\.([\s\S]*)$/.exec(name) ?? [];
  if (scope !== 'ops') {
    return rest.startsWith('variables.')
      ? own(variables, rest.slice('variables.'.length))
      : own(globals, rest);
  }
  const [, id = '', what, key = ''] = /^([^.]+)\.([a-z_]+)(?:\.([\s\S]+))?$/.exec(rest) ?? [];
  const facts = ops.get(id);
  switch (what) {
    case 'host':
      return facts?.host === undefined ? undefined : [facts.host];
    case 'endpoint': {
      const endpoint = facts?.endpoints?.get(Number(key));
      return endpoint === undefined ? undefined : [endpoint];
    }
    case 'results': {
      const { results } = facts ?? {};
      return results !== undefined && Object.hasOwn(results, key) ? results[key] : undefined;
    }
    default:
      return undefined;
  }
}

function pairsOf(list: Json, at: string): [string, Json][] {
  if (!Array.isArray(list)) throw new LiteralError(at, 'expected a list of {key, value}');
  return list.map((pair) => {
    if (!isObject(pair) || typeof pair.key !== 'string') {
      throw new LiteralError(at, 'expected a list of {key, value}');
    }
    return [pair.key, pair.value ?? ''];
  });
}

/** Results are texts, ports are numbers: what a literal of `expose` stands for becomes one. */
function withExposedPorts(resolved: { [key: string]: Json }, before: unknown): Json {
  const { expose } = resolved;
  const had = (before as { expose?: unknown }).expose;
  if (expose === undefined || expose === had) return resolved;
  const port = (value: Json): Json =>
    typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return { ...resolved, expose: Array.isArray(expose) ? expose.map(port) : port(expose) };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
