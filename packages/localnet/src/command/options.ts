import { parseArgs } from 'node:util';
import type { LocalnetOptions } from '../options.js';
import { readAccountFile } from './account-file.js';
import { readAirdropOption } from './airdrop-option.js';
import { readProgramOption } from './program-option.js';
import { UsageError } from './usage-error.js';

export const HELP = `Usage: npm run localnet -- [options]

A network on your own computer: the network's programs as real bytecode behind Solana's JSON-RPC and
websockets, a faucet for SOL and NOS, and a content store that speaks Pinata's API.

  --port N                  HTTP port of the RPC, websockets too; 0 takes any free one (default 8899)
  --ws-port N               websockets once more, where clients expect them (default: port + 1)
  --content-port N          port of the content store (default 8180); --no-content leaves it out
  --host H                  address to listen on (default 127.0.0.1: this computer only); beyond
                            loopback the content store needs a token in STORAGE_TOKEN
  --data DIR                folder of chain and content, continued when it exists
                            (npm run localnet: .data/localnet; otherwise a temporary one)
  --reset                   begin anew: delete the chain and the content in DIR first
  --slot-ms N               milliseconds per slot, 10 to 60000 (default 400)
  --program ADDRESS=FILE    run the ELF file at the address, in place of a bundled program or beside
                            them; FILE is what "solana program dump" writes. May be repeated
  --account FILE            put an account in place unless the chain has one there; FILE is what
                            "solana account ADDRESS --output json" prints. May be repeated
  --airdrop ADDRESS=SOL,NOS see to it that the address has this much at least. May be repeated
  --control                 open the control API (localnet_ methods) to this computer: clock, slots,
                            snapshots, forks, faults
  --help                    show this text

Prints a line "localnet ready rpc=URL ws=URL content=URL" when it is up; Ctrl-C stops it and keeps the data.
`;

/** The command line of the localnet, read and checked. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly options: LocalnetOptions; readonly reset: boolean };

const MAX_PORT = 65_535;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/** @throws UsageError for whatever is wrong with the arguments or the files that they name. */
export async function readCommand(
  argv: readonly string[],
  env: { readonly STORAGE_TOKEN?: string | undefined },
): Promise<Command> {
  const values = parse(argv);
  if (values.help === true) return { kind: 'help' };
  if (values.reset === true && values.data === undefined) {
    throw new UsageError('--reset needs --data DIR: without it every start begins anew');
  }
  if (values['no-content'] === true && values['content-port'] !== undefined) {
    throw new UsageError('--no-content and --content-port exclude each other');
  }
  const withContent = values['no-content'] !== true;
  if (withContent && !env.STORAGE_TOKEN && !LOOPBACK.has(values.host ?? '127.0.0.1')) {
    throw new UsageError(
      `--host ${values.host} lets others pin content: set STORAGE_TOKEN to a token that they need, or add --no-content`,
    );
  }
  const port = wholeNumber('port', values.port, 0, MAX_PORT) ?? 8899;
  const contentPort = wholeNumber('content-port', values['content-port'], 0, MAX_PORT);
  const slotMs = wholeNumber('slot-ms', values['slot-ms'], 10, 60_000);
  const wsPort = wholeNumber('ws-port', values['ws-port'], 0, MAX_PORT);
  return {
    kind: 'run',
    reset: values.reset === true,
    options: {
      port,
      contentPort: withContent ? (contentPort ?? (port === 0 ? 0 : 8180)) : null,
      control: values.control === true,
      programs: new Map(await Promise.all((values.program ?? []).map(readProgramOption))),
      accounts: new Map(await Promise.all((values.account ?? []).map(readAccountFile))),
      airdrops: (values.airdrop ?? []).map(readAirdropOption),
      ...(values.data === undefined ? {} : { dataDir: values.data }),
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(slotMs === null ? {} : { slotMs }),
      ...(wsPort === null ? {} : { wsPort }),
      ...(env.STORAGE_TOKEN ? { contentToken: env.STORAGE_TOKEN } : {}),
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        reset: { type: 'boolean' },
        port: { type: 'string' },
        'ws-port': { type: 'string' },
        'content-port': { type: 'string' },
        'no-content': { type: 'boolean' },
        host: { type: 'string' },
        'slot-ms': { type: 'string' },
        program: { type: 'string', multiple: true },
        account: { type: 'string', multiple: true },
        airdrop: { type: 'string', multiple: true },
        control: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined, min: number, max: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}
