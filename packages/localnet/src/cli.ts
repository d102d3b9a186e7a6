#!/usr/bin/env node
import { parseArgs } from 'node:util';
import type { Localnet } from './localnet.js';
import type { Log } from './log.js';

const HELP = `Usage: inferscan-localnet --data DIR [options]

A local network: the network's programs in a virtual machine behind Solana's JSON-RPC and websockets.

Options:
  --data DIR      folder of the chain's state and history; continued when it exists (required)
  --port N        HTTP port of the RPC; websockets also on N + 1; 0 takes any (default 8899)
  --ws-port N     websocket port, when N + 1 does not suit
  --host H        address to listen on (default 127.0.0.1: this computer only)
  --slot-ms N     milliseconds per slot, 10 to 60000 (default 400)
  --control       open the control API (localnet_ methods) to this computer: clock, slots, forks, faults
  --help          show this text

Prints one line "localnet ready rpc=URL ws=URL" when it is up; Ctrl-C stops it and keeps the data.
`;

/** Prints what is wrong with the command line and ends with the code of a usage error. */
function refuse(message: string): never {
  process.stderr.write(`${message}\nTry --help.\n`);
  process.exit(2);
}

function readNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,5}$/.test(text)) refuse(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        'ws-port': { type: 'string' },
        host: { type: 'string' },
        'slot-ms': { type: 'string' },
        control: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const log: Log = (level, message, details) => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...details })}\n`);
};

async function start(): Promise<Localnet> {
  const values = readOptions();
  if (values.help === true) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  if (values.data === undefined) return refuse('--data DIR is required');
  const wsPort = values['ws-port'];
  const options = {
    dataDir: values.data,
    port: readNumber('port', values.port, 8899),
    host: values.host ?? '127.0.0.1',
    slotMs: readNumber('slot-ms', values['slot-ms'], 400),
    ...(wsPort === undefined ? {} : { wsPort: readNumber('ws-port', wsPort, 0) }),
    control: values.control === true,
    log,
    onFailure: () => process.exit(1),
  };
  // Loaded late, so that help and complaints about options come at once.
  const { createLocalnet } = await import('./localnet.js');
  return createLocalnet(options);
}

try {
  const localnet = await start();
  process.stdout.write(`localnet ready rpc=${localnet.url} ws=${localnet.wsUrl}\n`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    localnet.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log('error', 'could not stop cleanly', { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
