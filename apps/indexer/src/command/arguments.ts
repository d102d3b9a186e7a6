import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Wrong arguments, with what is valid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface CommandSpec {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What its options do, a line each, and what else there is to say. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
}

export type Invocation<Spec extends CommandSpec> =
  | { readonly kind: 'help'; readonly command: Spec | null }
  | { readonly kind: 'run'; readonly command: Spec; readonly values: Values };

/**
 * Reads the arguments: a command, or the first one where none is named, and its options.
 * @throws UsageError
 */
export function readArguments<Spec extends CommandSpec>(
  argv: readonly string[],
  commands: readonly [Spec, ...Spec[]],
): Invocation<Spec> {
  const [first] = argv;
  const isNamed = first !== undefined && !first.startsWith('-');
  const command = isNamed ? commands.find(({ name }) => name === first) : commands[0];
  const names = commands.map(({ name }) => name).join(', ');
  if (command === undefined) {
    if (first === 'help')
      return { kind: 'help', command: commands.find(({ name }) => name === argv[1]) ?? null };
    throw new UsageError(`there is no command ${first}: there are ${names}`);
  }
  const args = isNamed ? argv.slice(1) : argv;
  if (args.includes('--help') || args.includes('-h')) {
    return { kind: 'help', command: isNamed ? command : null };
  }
  try {
    const { values } = parseArgs({ args: [...args], options: command.options, allowPositionals: false });
    return { kind: 'run', command, values };
  } catch (error) {
    throw new UsageError(`${command.name}: ${reasonOf(error)}. Valid here: ${validOf(command)}`);
  }
}

/** Without the advice that follows, which does not fit here. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('. ', 1)[0] ?? message;
}

function validOf({ options }: CommandSpec): string {
  const each = Object.entries(options).map(([name, { type }]) =>
    type === 'string' ? `--${name} ${name.toUpperCase()}` : `--${name}`,
  );
  return [...each, '--help'].join(', ');
}

/** The value of an option that takes text; undefined where it is not given. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The value of an option that may be given several times, or once with commas. */
export function listOf(values: Values, name: string): string[] {
  const value = values[name];
  const given = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return given
    .flatMap((text) => (typeof text === 'string' ? text.split(',') : []))
    .filter((text) => text !== '');
}

/** A slot that an option names. @throws UsageError */
export function slotOf(values: Values, name: string): bigint | null {
  const text = textOf(values, name);
  if (text === undefined) return null;
  if (!/^\d{1,18}$/.test(text)) throw new UsageError(`--${name}: expected the number of a slot, not ${text}`);
  return BigInt(text);
}

/** One of several words. @throws UsageError */
export function oneOf<const Word extends string>(
  values: Values,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  const text = textOf(values, name) ?? words[0];
  const found = words.find((word) => word === text);
  if (found === undefined) throw new UsageError(`--${name}: expected ${words.join(' or ')}, not ${text}`);
  return found;
}
