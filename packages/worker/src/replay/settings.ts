import { type Address, isAddress } from '@solana/kit';

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
  valueThatIs,
} from '../command/settings.js';

const address = valueThatIs<Address>(
  'a base58 address',
  (value) => typeof value === 'string' && isAddress(value),
);

const REPLAY_SETTINGS = {
  definition: {
    kind: 'text',
    value: 'FILE',
    help: 'the job definition, or its inference spec; without, it is fetched from the gateways',
    schema: text('a file').optional(),
  },
  inputs: {
    kind: 'text',
    value: 'FILE',
    help: 'the list of inputs, where the spec names it by CID',
    schema: text('a file').optional(),
  },
  gateway: {
    kind: 'list',
    value: 'URL',
    help: 'IPFS gateway for definition and inputs; may be given several times',
    schema: listOf(url('http:', 'https:'), 'URLs').optional(),
  },
  models: {
    kind: 'text',
    value: 'DIR',
    help: 'models to compare with (default: those of this project)',
    schema: text('a folder').optional(),
  },
  job: { kind: 'text', value: 'ADDRESS', help: 'the job that it has to be for', schema: address.optional() },
  node: {
    kind: 'text',
    value: 'ADDRESS',
    help: 'the node that has to have signed it',
    schema: address.optional(),
  },
  run: { kind: 'text', value: 'ADDRESS', help: 'the run that it has to be for', schema: address.optional() },
  full: { kind: 'switch', help: 'run every input again, not 8 chosen at random', schema: onOrOff },
  json: { kind: 'switch', help: 'print the report as JSON', schema: onOrOff },
  threads: {
    kind: 'number',
    value: 'N',
    help: 'threads per operator, which change no bits (default 1)',
    schema: numberFrom(1, 256).default(1),
  },
  provider: {
    ...providerSetting,
    help: `${providerSetting.help}; the one pass\nover the whole text is always the processor's`,
  },
  'allow-private': {
    kind: 'switch',
    help: 'talk to gateways on private networks',
    schema: onOrOff,
  },
} satisfies SettingsTable;

export const REPLAY_HELP = `Checks a receipt of an inference: whether the node signed it, whether it fits what was asked for, whether its
logits and tokens are those of the model (one pass over the whole text), and, where the kernels are the same, whether every
bit is.

  npm run worker -- replay FILE [options]

FILE is a receipt, or a result that holds some.

${describeSettings(REPLAY_SETTINGS)}

Exit codes: 0 verified or consistent, 1 refuted, 2 wrong use or unreadable, 3 nothing could be computed here.
`;

export interface ReplayOptions {
  readonly file: string;
  readonly definition: string | undefined;
  readonly inputs: string | undefined;
  readonly gateways: readonly string[];
  readonly modelsDir: string | undefined;
  readonly expected: { job?: string; node?: string; run?: string };
  readonly full: boolean;
  readonly json: boolean;
  readonly threads: number;
  readonly providers: readonly string[];
  readonly allowPrivate: boolean;
}

/** @throws UsageError */
export function parseReplay(argv: readonly string[]): ReplayOptions {
  const { settings, positionals } = readSettings(REPLAY_SETTINGS, argv);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) {
    throw new UsageError(`expected one file with a receipt or a result, got ${positionals.length}`);
  }
  const { job, node, run } = settings;
  return {
    file,
    definition: settings.definition,
    inputs: settings.inputs,
    gateways: settings.gateway ?? [],
    modelsDir: settings.models,
    expected: {
      ...(job !== undefined && { job }),
      ...(node !== undefined && { node }),
      ...(run !== undefined && { run }),
    },
    full: settings.full,
    json: settings.json,
    threads: settings.threads,
    providers: settings.provider,
    allowPrivate: settings['allow-private'],
  };
}
