#!/usr/bin/env node
import { readArguments, UsageError } from './command/arguments.js';
import { COMMANDS } from './command/commands.js';
import { EXIT } from './command/exit-codes.js';
import { commandHelp, generalHelp } from './command/help.js';
import { ConfigError } from './config/environment.js';

async function main(argv: readonly string[]): Promise<number> {
  const invocation = readArguments(argv, COMMANDS);
  if (invocation.kind === 'help') {
    const { command } = invocation;
    process.stdout.write(command === null ? generalHelp(COMMANDS) : commandHelp(command));
    return EXIT.done;
  }
  return invocation.command.run(invocation.values, process.env);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nTry --help.\n`);
  } else if (error instanceof ConfigError) {
    process.stderr.write(
      `The indexer's configuration is wrong:\n${error.lines.map((line) => `  ${line}\n`).join('')}`,
    );
  } else throw error;
  process.exitCode = EXIT.wrongUse;
}
