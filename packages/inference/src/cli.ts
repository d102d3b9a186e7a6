#!/usr/bin/env node
import { check } from './command/check.js';
import { type Command, UsageError } from './command/command.js';
import { convert } from './command/convert.js';
import { get } from './command/get.js';
import { InferenceError } from './errors.js';

const COMMANDS: Readonly<Record<string, Command>> = { get, convert, check };
const WRONG_USE = 2;

const USAGE = `Usage: npm run model -- COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join('\n')}

Each explains itself: npm run model -- COMMAND --help`;

async function main([name, ...argv]: readonly string[]): Promise<number> {
  const asksForHelp = (words: readonly string[]): boolean => words.includes('--help') || words.includes('-h');
  if (name === undefined || asksForHelp([name])) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`unknown command ${name}: there are ${Object.keys(COMMANDS).join(', ')}`);
  }
  if (asksForHelp(argv)) {
    process.stdout.write(`${command.help}\n`);
    return 0;
  }
  return command.run(argv);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // What the parser of arguments throws has a code.
  const isUse = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  if (!isUse && !(error instanceof InferenceError)) throw error;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (isUse) process.stderr.write('Try --help.\n');
  process.exitCode = isUse ? WRONG_USE : 1;
}
