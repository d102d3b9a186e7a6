import { createContext, Script } from 'node:vm';

import type { JobOperation } from '@inferscan/formats';

import type { LogLine } from './log-frames.js';

/** Characters of results that are kept of one op. */
const MAX_CHARS = 262_144;
/** Longest that lines which came together may take to be looked through. */
const MAX_MS = 250;

type Results = JobOperation['results'];

interface Pattern {
  readonly name: string;
  readonly expression: RegExp;
  readonly types: ReadonlySet<string>;
}

export interface ResultFinder {
  look(lines: readonly LogLine[]): void;
  /** By name, what was found: of each match the whole and its groups. */
  found(): Record<string, string[]> | undefined;
  /** Why nothing more was looked for; undefined where all lines were. */
  gaveUp(): string | undefined;
}

/**
 * Looks for an op's results in its log, line by line.
 * @param path of the patterns, for errors
 * @returns what is wrong, with its place, where a pattern is no regular expression
 */
export function createResultFinder(
  results: Results,
  path: string,
): { ok: true; finder: ResultFinder } | { ok: false; message: string } {
  const patterns: Pattern[] = [];
  for (const [name, wanted] of Object.entries(results ?? {})) {
    const { regex, logType } =
      typeof wanted === 'string' ? { regex: wanted, logType: ['stdout', 'stderr'] } : wanted;
    try {
      patterns.push({ name, expression: new RegExp(regex), types: new Set<string>(logType) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, message: `${path}[${JSON.stringify(name)}]: ${reason}` };
    }
  }
  return { ok: true, finder: finderOf(patterns, path) };
}

function finderOf(patterns: readonly Pattern[], path: string): ResultFinder {
  const found = new Map<string, string[]>(patterns.map(({ name }) => [name, []]));
  let chars = 0;
  let failure: string | undefined;
  let lines: readonly LogLine[] = [];
  let at = '';

  function match(): void {
    for (const { type, text } of lines) {
      for (const { name, expression, types } of patterns) {
        if (!types.has(type)) continue;
        at = name;
        const groups = expression.exec(text);
        for (const group of groups ?? []) {
          if (typeof group !== 'string' || chars + group.length > MAX_CHARS) continue;
          chars += group.length;
          found.get(name)?.push(group);
        }
      }
    }
  }
  // An expression may take for ever on a line that was made for it; only the machine underneath can stop it.
  const context = createContext({ match });
  const script = new Script('match()');

  return {
    look(next) {
      if (failure !== undefined || patterns.length === 0) return;
      lines = next;
      try {
        script.runInContext(context, { timeout: MAX_MS });
      } catch {
        failure = `${path}[${JSON.stringify(at)}]: takes more than ${MAX_MS} ms to be looked for`;
      }
    },
    found: () => (patterns.length === 0 ? undefined : Object.fromEntries(found)),
    gaveUp: () => failure,
  };
}
