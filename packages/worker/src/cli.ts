#!/usr/bin/env node
import { calibrate } from './command/calibrate.js';
import { type Command, UsageError } from './command/command.js';
import { start } from './command/start.js';
import { infer } from './infer/command.js';
import { replayCommand } from './replay/command.js';

const COMMANDS: Readonly<Record<string, Command>> = { start, calibrate, infer, replay: replayCommand };
const WRONG_USE = 2;

const USAGE = `A node of the network.

  npm run worker -- [COMMAND] [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  .join('\n')}

Without a command, options are those of start. Each explains itself: npm run worker -- COMMAND --help
`;

async function main(argv: readonly string[]): Promise<number> {
  const asksForHelp = (word: string | undefined) => word === '--help' || word === '-h';
  const [first, ...rest] = argv;
  if (first === undefined || asksForHelp(first)) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [name, options] = first.startsWith('-') ? ['start', argv] : [first, rest];
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`there is no command ${name}, but ${Object.keys(COMMANDS).join(', ')}`);
  }
  if (options.some(asksForHelp)) {
    process.stdout.write(command.help);
    return 0;
  }
  return command.run(options);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`worker: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(error instanceof UsageError ? WRONG_USE : 1);
  },
);
