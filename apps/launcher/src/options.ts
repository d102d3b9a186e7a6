import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CLUSTERS, type Cluster } from '@inferscan/protocol';
import { z } from 'zod';

/** What `npm start` was asked for, after validation. */
export interface Options {
  readonly cluster: Cluster;
  /** Absolute path of the folder that keeps everything between two starts. */
  readonly dataDir: string;
  /** null: 3000, or the next free port. */
  readonly webPort: number | null;
  /** null: 8899, or the next free pair; websockets listen on the port after it. */
  readonly rpcPort: number | null;
  /** null: 8901, or the next free one. */
  readonly storagePort: number | null;
  readonly workers: number;
  /** Seconds between two demo jobs; 0 posts none. */
  readonly demoInterval: number;
  readonly databaseUrl: string | null;
  /** How the real network is reached; null on the localnet, which brings its own chain. */
  readonly remote: RemoteNetwork | null;
  readonly gateways: readonly string[];
}

export interface RemoteNetwork {
  /** Asked by the indexer alone: they may hold keys. At least one. */
  readonly rpcUrls: readonly string[];
  /** Websockets of these where they are not at the same addresses. */
  readonly wsUrls: readonly string[];
  /** What every visitor's browser is told to use. */
  readonly publicRpcUrl: string;
}

export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'error'; readonly lines: readonly string[] };

export const USAGE = `Usage: npm start -- [options]

Brings up Postgres, the chain, the content store, the indexer, the explorer and three workers,
prints the address of the explorer, and stops all of it on Ctrl-C.

  --cluster NAME         localnet (default), devnet or mainnet. The last two index the real network
                         and need HELIUS_API_KEY or RPC_URL in the environment
  --port N               port of the explorer (default: 3000, or the next free one)
  --rpc-port N           port of the localnet's RPC, websockets on N + 1 (default: 8899, or next free)
  --storage-port N       port of the content store (default: 8901, or the next free one)
  --data DIR             where everything is kept between starts (default: .data)
  --workers N            nodes to run on the localnet, 0 to 16 (default: 3)
  --demo-interval S      seconds between two demo jobs, 0 for none (default: 8)
  --help                 this text

Environment: see .env.example. DATABASE_URL uses your own Postgres instead of the embedded one.`;

const integer = (name: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `${name} must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `${name} must be from ${min} to ${max}`);

const url = (name: string, protocols: readonly string[]) =>
  z.string().refine(
    (value) => {
      try {
        return protocols.includes(new URL(value).protocol);
      } catch {
        return false;
      }
    },
    `${name} must be a ${protocols.map((p) => p.replace(':', '')).join(' or ')} address`,
  );

/** Entries of a list, separated by commas; a blank list counts as unset, as in a .env file filled in later. */
const entries = (text: string | undefined): string[] | undefined => {
  const list = (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return list.length === 0 ? undefined : list;
};

const DEFAULT_GATEWAYS = ['https://nosana.mypinata.cloud/ipfs/', 'https://ipfs.io/ipfs/'];

const schema = z.object({
  cluster: z.enum(CLUSTERS as [Cluster, ...Cluster[]], `--cluster must be one of ${CLUSTERS.join(', ')}`),
  port: integer('--port', 1, 65535).optional(),
  rpcPort: integer('--rpc-port', 1, 65534).optional(),
  storagePort: integer('--storage-port', 1, 65535).optional(),
  data: z.string().min(1, '--data must name a folder'),
  workers: integer('--workers', 0, 16),
  demoInterval: integer('--demo-interval', 0, 86_400),
  databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']).optional(),
  rpcUrls: z.array(url('RPC_URL', ['http:', 'https:'])).default([]),
  wsUrls: z.array(url('WS_URL', ['ws:', 'wss:'])).default([]),
  publicRpcUrl: url('PUBLIC_RPC_URL', ['http:', 'https:']).optional(),
  heliusKey: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'HELIUS_API_KEY must be letters, digits and dashes')
    .optional(),
  gateways: z.array(url('IPFS_GATEWAYS', ['http:', 'https:'])).min(1, 'IPFS_GATEWAYS must name a gateway'),
});

const HELIUS_HOST = { mainnet: 'mainnet.helius-rpc.com', devnet: 'devnet.helius-rpc.com' } as const;

/** Open to everyone, with rate limits: enough for a visitor's own transactions. */
const PUBLIC_RPC = {
  mainnet: 'https://api.mainnet-beta.solana.com',
  devnet: 'https://api.devnet.solana.com',
} as const;

/** Empty variables count as unset, as in a .env file with blank lines filled in later. */
const present = (value: string | undefined): string | undefined => (value ? value : undefined);

/** Reads the command line and the environment. Never throws: wrong values come back as lines that name them. */
export function parseOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): ParsedOptions {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        cluster: { type: 'string' },
        port: { type: 'string' },
        'rpc-port': { type: 'string' },
        'storage-port': { type: 'string' },
        data: { type: 'string' },
        workers: { type: 'string' },
        'demo-interval': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    return { kind: 'error', lines: [error instanceof Error ? error.message : String(error)] };
  }
  if (values.help) return { kind: 'help' };
  const parsed = schema.safeParse({
    cluster: values.cluster ?? present(env.CLUSTER) ?? 'localnet',
    port: values.port ?? present(env.PORT),
    rpcPort: values['rpc-port'],
    storagePort: values['storage-port'],
    data: values.data ?? present(env.INFERSCAN_DATA) ?? '.data',
    workers: values.workers ?? '3',
    demoInterval: values['demo-interval'] ?? '8',
    databaseUrl: present(env.DATABASE_URL),
    rpcUrls: entries(env.RPC_URL),
    wsUrls: entries(env.WS_URL),
    publicRpcUrl: present(env.PUBLIC_RPC_URL),
    heliusKey: present(env.HELIUS_API_KEY),
    gateways: entries(env.IPFS_GATEWAYS) ?? DEFAULT_GATEWAYS,
  });
  if (!parsed.success) return { kind: 'error', lines: parsed.error.issues.map((issue) => issue.message) };
  const given = parsed.data;
  const remote = given.cluster === 'localnet' ? null : remoteOf(given.cluster, given);
  if (remote?.rpcUrls.length === 0) {
    return {
      kind: 'error',
      lines: [
        `--cluster ${given.cluster} reads the real network: set HELIUS_API_KEY, or RPC_URL to a Solana RPC address.`,
      ],
    };
  }
  return {
    kind: 'run',
    options: {
      cluster: given.cluster,
      dataDir: resolve(root, given.data),
      webPort: given.port ?? null,
      rpcPort: given.rpcPort ?? null,
      storagePort: given.storagePort ?? null,
      workers: given.workers,
      demoInterval: given.demoInterval,
      databaseUrl: given.databaseUrl ?? null,
      remote,
      gateways: given.gateways,
    },
  };
}

/** What asks the chain for the indexer may hold keys, so that browsers are given another address. */
function remoteOf(
  cluster: keyof typeof PUBLIC_RPC,
  { rpcUrls, wsUrls, heliusKey, publicRpcUrl }: z.output<typeof schema>,
): RemoteNetwork {
  const helius = heliusKey === undefined ? [] : [`https://${HELIUS_HOST[cluster]}/?api-key=${heliusKey}`];
  return {
    rpcUrls: [...new Set([...rpcUrls, ...helius])],
    wsUrls,
    publicRpcUrl: publicRpcUrl ?? PUBLIC_RPC[cluster],
  };
}
