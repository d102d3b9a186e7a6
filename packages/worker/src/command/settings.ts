import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { UsageError } from './command.js';

/** One setting of a command: `--name` on the command line, `"name"` in a configuration file. */
export interface Setting {
  /** A switch takes no value on the command line; a list may be given several times. */
  readonly kind: 'text' | 'number' | 'switch' | 'list';
  /** Stands for the value in the help, such as FILE. */
  readonly value?: string;
  readonly help: string;
  readonly schema: z.ZodType;
}

export type SettingsTable = Readonly<Record<string, Setting>>;
export type SettingsOf<T extends SettingsTable> = { [Name in keyof T]: z.output<T[Name]['schema']> };

export interface ReadSettings<T extends SettingsTable> {
  readonly settings: SettingsOf<T>;
  /** What stands on the command line beside the options. */
  readonly positionals: readonly string[];
}

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** A value for which `isValid` holds; `what` completes "must be …". */
export function valueThatIs<T>(what: string, isValid: (value: unknown) => boolean): z.ZodType<T> {
  return z.custom<T>(isValid, {
    error: ({ input }) => (input === undefined ? 'is missing' : `must be ${what}, got ${shown(input)}`),
  });
}

export const text = (what: string): z.ZodType<string> =>
  valueThatIs(what, (value) => typeof value === 'string' && value !== '');

export const numberFrom = (min: number, max: number): z.ZodType<number> =>
  valueThatIs(
    `a number from ${min} to ${max}`,
    (value) => typeof value === 'number' && value >= min && value <= max,
  );

export const oneOf = <const Choice extends string>(choices: readonly Choice[]): z.ZodType<Choice> =>
  valueThatIs(`one of ${choices.join(', ')}`, (value) => choices.some((choice) => choice === value));

export const url = (...protocols: readonly string[]): z.ZodType<string> =>
  valueThatIs(
    `a URL with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    (value) =>
      typeof value === 'string' && URL.canParse(value) && protocols.includes(new URL(value).protocol),
  );

/** One or more; each is checked by itself. */
export const listOf = <T>(each: z.ZodType<T>, what: string): z.ZodArray<z.ZodType<T>> =>
  z
    .array(each, {
      error: ({ input }) => (input === undefined ? 'is missing' : `must be ${what}, got ${shown(input)}`),
    })
    .min(1, 'is missing');

export const onOrOff = valueThatIs<boolean>('true or false', (value) => typeof value === 'boolean').default(
  false,
);

/**
 * Reads a command's settings from the command line and from the JSON file that --config names, where the table has that
 * setting; what the command line says counts.
 * @throws UsageError that names each wrong setting by where it was given, and what is valid there
 */
export function readSettings<T extends SettingsTable>(table: T, argv: readonly string[]): ReadSettings<T> {
  const { values, positionals } = parse(table, argv);
  const file = typeof values.config === 'string' && 'config' in table ? values.config : undefined;
  const configured = file === undefined ? {} : readConfig(file);
  const schema = z.strictObject(
    Object.fromEntries(Object.entries(table).map(([name, setting]) => [name, setting.schema])),
  );
  const parsed = schema.safeParse({ ...configured, ...values });
  if (parsed.success) return { settings: parsed.data as SettingsOf<T>, positionals };
  const lines = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(table).filter((name) => name !== 'config');
      return issue.keys.map((key) => `${file}: ${key} is no setting; there are ${known.join(', ')}`);
    }
    const [name = '', ...inside] = issue.path;
    const path = `${String(name)}${inside.map((step) => `[${String(step)}]`).join('')}`;
    const isFromFile = !(String(name) in values) && String(name) in configured;
    return `${isFromFile ? `${file}: ${path}` : `--${path}`} ${issue.message}`;
  });
  throw new UsageError(`${lines.join('\n')}\n(--help tells more)`);
}

function parse(table: SettingsTable, argv: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { kind }]) => [
      name,
      { type: kind === 'switch' ? ('boolean' as const) : ('string' as const), multiple: kind === 'list' },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options });
    const read = Object.entries(values).map(([name, value]) => [
      name,
      table[name]?.kind === 'number' && typeof value === 'string' ? numberOf(value) : value,
    ]);
    return { values: Object.fromEntries(read) as Record<string, unknown>, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The text itself where it is no number, so that a message can show it. */
function numberOf(given: string): number | string {
  const value = Number(given);
  return given.trim() === '' || Number.isNaN(value) ? given : value;
}

function readConfig(file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--config ${file} cannot be read: ${reason}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`--config ${file} must hold a JSON object with settings by name`);
  }
  return { ...json };
}

/** One line for each setting, aligned. */
export function describeSettings(table: SettingsTable): string {
  const rows = Object.entries(table).map(([name, { value, help }]) => ({
    left: `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  const indent = `\n${' '.repeat(width + 2)}`;
  return rows.map(({ left, help }) => `  ${left.padEnd(width)}${help.replaceAll('\n', indent)}`).join('\n');
}
