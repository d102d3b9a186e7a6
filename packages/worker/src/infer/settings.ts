import { text as readStream } from 'node:stream/consumers';

import { UsageError } from '../command/command.js';
import { providerSetting } from '../command/provider-setting.js';
import {
  describeSettings,
  listOf,
  numberFrom,
  onOrOff,
  readSettings,
  type SettingsTable,
  text,
  url,
} from '../command/settings.js';

const INFER_SETTINGS = {
  models: {
    kind: 'text',
    value: 'DIR',
    help: 'models to run (default: INFERSCAN_MODELS, or those of this project)',
    schema: text('a folder').optional(),
  },
  keypair: {
    kind: 'text',
    value: 'FILE',
    help: 'the key that signs the receipt (default: one made for this run, which vouches for nobody)',
    schema: text('a file').optional(),
  },
  op: {
    kind: 'text',
    value: 'ID',
    help: 'id of the op in the definition (default: inference)',
    schema: text('an id').default('inference'),
  },
  gateway: {
    kind: 'list',
    value: 'URL',
    help: 'IPFS gateway for inputs that are named by CID (default: IPFS_GATEWAYS, separated by commas)',
    schema: listOf(url('http:', 'https:'), 'URLs').optional(),
  },
  host: {
    kind: 'text',
    value: 'HOST',
    help: 'where a spec with "serve" listens; other than 127.0.0.1 only with a token (default 127.0.0.1)',
    schema: text('a host').default('127.0.0.1'),
  },
  token: {
    kind: 'text',
    value: 'TEXT',
    help: 'what callers of a spec with "serve" have to send (default: INFERSCAN_TOKEN; without, nothing)',
    schema: text('a text').optional(),
  },
  'allow-private': { kind: 'switch', help: 'talk to gateways on private networks', schema: onOrOff },
  threads: {
    kind: 'number',
    value: 'N',
    help: 'threads per inference (default 1)',
    schema: numberFrom(1, 256).default(1),
  },
  provider: providerSetting,
} satisfies SettingsTable;

export const INFER_HELP = `Runs one inference spec, as a container of the worker image does.

  npm run worker -- infer '{"model": "arithmetic", "task": "text-generation", "inputs": ["384*57"]}' [options]

Without a spec, or with -, it is read from the standard input. What models write goes to the standard output, and behind it
the results, one a line, each of them after a record separator and its name: a definition's "results" find them there. The
environment's NOSANA_ID names the job in the receipt.

A spec with "serve" has no inputs: its model is served under OpenAI's API until Ctrl-C or SIGTERM.

  npm run worker -- infer '{"model": "arithmetic", "task": "text-generation", "serve": {"port": 8080}}'

${describeSettings(INFER_SETTINGS)}

Exit codes: 0 all inputs answered, 1 the spec or an input is at fault, 2 this machine is, or wrong use, 143 stopped.
`;

export interface InferOptions {
  /** JSON, not checked yet. */
  readonly spec: string;
  readonly modelsDir: string | undefined;
  readonly keypair: string | undefined;
  readonly op: string;
  readonly gateways: readonly string[];
  /** Where a spec with `serve` listens, and what it asks callers for. */
  readonly host: string;
  readonly token: string | undefined;
  readonly allowPrivate: boolean;
  readonly threads: number;
  readonly providers: readonly string[];
}

/** @throws UsageError */
export async function parseInfer(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  stdin: NodeJS.ReadableStream,
): Promise<InferOptions> {
  const { settings, positionals } = readSettings(INFER_SETTINGS, argv);
  const [given = '-', ...others] = positionals;
  if (others.length > 0) throw new UsageError(`expected one spec, got ${positionals.length}; is it quoted?`);
  const fromEnvironment = (env.IPFS_GATEWAYS ?? '').split(',').filter((part) => part.trim() !== '');
  return {
    spec: given === '-' ? await readStream(stdin) : given,
    modelsDir: settings.models ?? (env.INFERSCAN_MODELS || undefined),
    keypair: settings.keypair,
    op: settings.op,
    gateways: settings.gateway ?? fromEnvironment.map((part) => part.trim()),
    host: settings.host,
    token: settings.token ?? (env.INFERSCAN_TOKEN || undefined),
    allowPrivate: settings['allow-private'],
    threads: settings.threads,
    providers: settings.provider,
  };
}
