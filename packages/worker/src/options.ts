import { NOS_DECIMALS } from '@inferscan/protocol';
import { type Address, isAddress } from '@solana/kit';
import { UsageError } from './command/command.js';
import { providerSetting } from './command/provider-setting.js';
import {
  describeSettings,
  listOf,
  numberFrom,
  oneOf,
  onOrOff,
  readSettings,
  type SettingsTable,
  text,
  url,
  valueThatIs,
} from './command/settings.js';
import { CONTAINER_SETTINGS, containerOptions } from './containers/settings.js';
import { isCountry } from './hardware/description.js';

const http = url('http:', 'https:');
const address = valueThatIs<Address>(
  'a base58 address',
  (value) => typeof value === 'string' && isAddress(value),
);

export const threadCount = valueThatIs<number | 'auto'>(
  'a whole number from 1 to 256, or auto',
  (value) => value === 'auto' || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 256),
);

const portNumber = valueThatIs<number>(
  'a port from 0 to 65535',
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
);

/** They are read in one call, together with one more. */
const MAX_MARKETS = 20;

/** All that `start` can be told; names are those of the command line and of the configuration file. */
const START_SETTINGS = {
  keypair: {
    kind: 'text',
    value: 'FILE',
    help: "the node's key as the Solana CLI writes it (64 numbers); it needs SOL and a stake",
    schema: text('the path of a keypair file'),
  },
  market: {
    kind: 'list',
    value: 'ADDRESS',
    help: 'a market to take jobs from; may be given several times, the preferred one first',
    schema: listOf(address, 'a list of addresses').max(MAX_MARKETS, `must be at most ${MAX_MARKETS} markets`),
  },
  'min-price': {
    kind: 'number',
    value: 'N',
    help: 'NOS per hour; markets that pay less are passed by (default: 0)',
    schema: numberFrom(0, 1_000_000).default(0),
  },
  'patience-minutes': {
    kind: 'number',
    value: 'N',
    help: 'how long to wait at one place of a queue before another market is looked at (default: 15)',
    schema: numberFrom(0.05, 10_000).default(15),
  },
  rpc: { kind: 'text', value: 'URL', help: 'Solana JSON-RPC', schema: http },
  ws: {
    kind: 'text',
    value: 'URL',
    help: "its websocket (default: the RPC's host, on the next port where a port is given)",
    schema: url('ws:', 'wss:').optional(),
  },
  pinning: {
    kind: 'text',
    value: 'URL',
    help: "service for results with Pinata's pinJSONToIPFS",
    schema: http,
  },
  gateway: {
    kind: 'list',
    value: 'URL',
    help: 'IPFS gateway for definitions; may be given several times, tried in order',
    schema: listOf(http, 'a list of URLs'),
  },
  models: {
    kind: 'text',
    value: 'DIR',
    help: 'models to serve (default: those of this project)',
    schema: text('a folder').optional(),
  },
  state: {
    kind: 'text',
    value: 'DIR',
    help: 'where the node remembers what it is at (default: .data/worker)',
    schema: text('a folder').default('.data/worker'),
  },
  engine: {
    kind: 'text',
    value: 'NAME',
    help: 'what runs models: onnx, in this process, or openai, a server such as vLLM, TGI or llama.cpp (default: onnx)',
    schema: oneOf(['onnx', 'openai']).default('onnx'),
  },
  'engine-url': {
    kind: 'text',
    value: 'URL',
    help: 'address of that server; what it says of models and tokens is marked as claimed in receipts',
    schema: http.optional(),
  },
  threads: {
    kind: 'number',
    value: 'N',
    help: 'threads per inference, or auto for what calibration finds to be best (default: 1)',
    schema: threadCount.default(1),
  },
  provider: providerSetting,
  'calibration-seconds': {
    kind: 'number',
    value: 'N',
    help: 'how long to measure what is not known yet of this machine and its models, for the report that the\nnode publishes; 0 to measure nothing (default: 5)',
    schema: numberFrom(0, 3600).default(5),
  },
  'access-nft': {
    kind: 'list',
    value: 'MINT',
    help: 'an NFT of this key that opens a market, where one is asked for; may be given several times',
    schema: listOf(address, 'a list of mints').default([]),
  },
  'endpoint-url': {
    kind: 'text',
    value: 'URL',
    help: 'public address of this node, for its entry in the nodes program',
    schema: http.optional(),
  },
  'endpoint-host': {
    kind: 'text',
    value: 'HOST',
    help: 'address to serve models at, for jobs that ask for it (default: 127.0.0.1)',
    schema: text('a host').default('127.0.0.1'),
  },
  'endpoint-port': {
    kind: 'number',
    value: 'N',
    help: 'port to serve them at (default: 0, any free one)',
    schema: portNumber.default(0),
  },
  'metrics-port': {
    kind: 'number',
    value: 'N',
    help: 'serve figures for Prometheus at http://127.0.0.1:N/metrics; 0 takes any free port (default: none are served)',
    schema: portNumber.optional(),
  },
  'core-watts': {
    kind: 'number',
    value: 'N',
    help: 'what one busy core of this machine takes, for an estimate of energy where the machine does not count it',
    schema: numberFrom(0, 1_000).optional(),
  },
  country: {
    kind: 'text',
    value: 'XX',
    help: "where this node is, for that entry (default: the region of the system's language)",
    schema: valueThatIs<string>(
      'two letters of ISO 3166, such as DE',
      (value) => typeof value === 'string' && isCountry(value),
    ).optional(),
  },
  unregistered: {
    kind: 'switch',
    help: 'leave the nodes program alone; without it the node registers, and updates what has changed',
    schema: onOrOff,
  },
  'poll-seconds': {
    kind: 'number',
    value: 'N',
    help: 'how often to look where no notification comes (default: 2)',
    schema: numberFrom(0.05, 600).default(2),
  },
  'drain-seconds': {
    kind: 'number',
    value: 'N',
    help: 'how long a running job may go on after SIGTERM (default: 20)',
    schema: numberFrom(0, 86_400).default(20),
  },
  drain: {
    kind: 'text',
    value: 'POLICY',
    help: 'what becomes of a job that is not done by then: finish hands in what there is of it, and is paid for\nthe time; quit hands the job back, unpaid, for another node to take (default: finish)',
    schema: oneOf(['finish', 'quit']).default('finish'),
  },
  'handed-back': {
    kind: 'text',
    value: 'POLICY',
    help: 'jobs that another node handed back: take goes on with one where that node stopped, when it has no other;\nleave waits for new ones only (default: take)',
    schema: oneOf(['take', 'leave']).default('take'),
  },
  ...CONTAINER_SETTINGS,
  'allow-private': {
    kind: 'switch',
    help: 'talk to content services on private networks (implied when all are on this machine)',
    schema: onOrOff,
  },
  'log-level': {
    kind: 'text',
    value: 'LEVEL',
    help: 'debug, info, warn or error (default: info)',
    schema: oneOf(['debug', 'info', 'warn', 'error']).default('info'),
  },
  config: {
    kind: 'text',
    value: 'FILE',
    help: 'JSON object with any of these settings by name; the command line counts where both speak',
    schema: text('the path of a JSON file').optional(),
  },
} as const satisfies SettingsTable;

export const START_HELP = `Takes jobs from a market, runs them, hands in signed results, is paid.

  npm run worker -- start --keypair FILE --market ADDRESS --rpc URL --pinning URL --gateway URL

${describeSettings(START_SETTINGS)}

In a configuration file a setting that may be given several times is a list, a number a number, a switch true or false:

  { "keypair": "node.json", "market": ["…", "…"], "gateway": ["https://ipfs.io"], "poll-seconds": 2 }

Environment: PINNING_TOKEN, where the pinning service asks for one; ENGINE_API_KEY, where the engine's server does.

SIGTERM or Ctrl-C: no new job is taken, the running one ends as --drain says, the queue is left. A second one ends at
once; the next start goes on from there.
`;

/** What `start` is told, checked and completed. */
export type StartOptions = ReturnType<typeof parseStart>;

/**
 * Reads the command line of `start`, and its configuration file.
 * @throws UsageError
 */
export function parseStart(argv: readonly string[]) {
  const { settings, positionals } = readSettings(START_SETTINGS, argv);
  if (positionals.length > 0) {
    throw new UsageError(`start takes options only, got ${JSON.stringify(positionals.join(' '))}`);
  }
  const { engine, 'engine-url': engineUrl } = settings;
  if ((engine === 'openai') !== (engineUrl !== undefined)) {
    throw new UsageError('--engine openai and --engine-url go together');
  }
  const services = [settings.pinning, ...settings.gateway];
  const local = services.every((service) => LOOPBACK.test(new URL(service).hostname));
  return {
    keypair: settings.keypair,
    markets: [...new Set(settings.market)],
    minPerHour: BigInt(Math.round(settings['min-price'] * 10 ** NOS_DECIMALS)),
    patienceMs: settings['patience-minutes'] * 60_000,
    rpcUrl: settings.rpc,
    wsUrl: settings.ws ?? websocketOf(settings.rpc),
    pinningUrl: settings.pinning,
    gateways: settings.gateway,
    modelsDir: settings.models,
    engineUrl,
    stateDir: settings.state,
    accessNfts: settings['access-nft'],
    threads: settings.threads,
    providers: settings.provider,
    calibrationMs: settings['calibration-seconds'] * 1000,
    metricsPort: settings['metrics-port'],
    coreWatts: settings['core-watts'],
    endpointUrl: settings['endpoint-url'],
    endpointHost: settings['endpoint-host'],
    endpointPort: settings['endpoint-port'],
    country: settings.country,
    isRegistered: !settings.unregistered,
    pollMs: settings['poll-seconds'] * 1000,
    drainMs: settings['drain-seconds'] * 1000,
    drainPolicy: settings.drain,
    takesOver: settings['handed-back'] === 'take',
    containers: containerOptions(settings),
    allowPrivate: settings['allow-private'] || local,
    logLevel: settings['log-level'],
  };
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Solana's convention: the websocket is on the port after the RPC's. */
function websocketOf(rpcUrl: string): string {
  const parsed = new URL(rpcUrl);
  parsed.protocol = parsed.protocol === 'https:' ? 'wss:' : 'ws:';
  if (parsed.port) parsed.port = String(Number(parsed.port) + 1);
  return parsed.href;
}
