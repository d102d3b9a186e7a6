import { CLUSTERS, type Cluster } from '@inferscan/protocol';
import { z } from 'zod';

export interface IndexerConfig {
  readonly cluster: Cluster;
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly databaseUrl: string;
  readonly ipfsGateways: readonly string[];
  readonly allowPrivateGateways: boolean;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** A configuration that cannot work: one line for each variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

const DEFAULT_GATEWAYS = ['https://nosana.mypinata.cloud', 'https://gateway.pinata.cloud', 'https://ipfs.io'];
const LOCALNET_RPC = 'http://127.0.0.1:8899';
const LOCALNET_GATEWAY = 'http://127.0.0.1:8901';

// An empty variable is an unset one: .env files and shells write both.
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const url = (protocols: readonly string[]) =>
  z.string().refine(
    (text) => {
      try {
        return protocols.includes(new URL(text).protocol);
      } catch {
        return false;
      }
    },
    // The value is not repeated: it may hold a key.
    { error: `expected a URL that begins with ${protocols.map((name) => `${name}//`).join(' or ')}` },
  );

const Environment = z.object({
  CLUSTER: optional(z.enum(CLUSTERS, { error: `expected one of ${CLUSTERS.join(', ')}` })),
  RPC_URL: optional(url(['http:', 'https:'])),
  WS_URL: optional(url(['ws:', 'wss:'])),
  HELIUS_API_KEY: optional(z.string().regex(/^[\w-]{8,100}$/, 'expected the key as Helius shows it')),
  DATABASE_URL: z.preprocess(
    (value) => (value === '' ? undefined : value),
    url(['postgres:', 'postgresql:']).optional(),
  ),
  IPFS_GATEWAYS: optional(z.string()),
  ALLOW_PRIVATE_GATEWAYS: optional(z.enum(['true', 'false', '1', '0'], { error: 'expected true or false' })),
  LOG_LEVEL: optional(z.enum(LOG_LEVELS, { error: `expected one of ${LOG_LEVELS.join(', ')}` })),
});

/**
 * Reads the indexer's configuration.
 * @throws ConfigError naming every wrong or missing variable
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): IndexerConfig {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  const env = parsed.data;
  const cluster = env.CLUSTER ?? 'localnet';
  const wrong: string[] = [];
  const rpcUrl = env.RPC_URL ?? defaultRpcUrl(cluster, env.HELIUS_API_KEY);
  if (rpcUrl === null) wrong.push(`RPC_URL: needed for ${cluster} (or HELIUS_API_KEY)`);
  if (env.DATABASE_URL === undefined) {
    wrong.push('DATABASE_URL: needed, as postgresql://user:password@host:port/database');
  }
  const gateways = (
    env.IPFS_GATEWAYS ?? (cluster === 'localnet' ? LOCALNET_GATEWAY : DEFAULT_GATEWAYS.join(','))
  )
    .split(',')
    .map((gateway) => gateway.trim())
    .filter((gateway) => gateway !== '');
  const gateway = url(['http:', 'https:']);
  gateways.forEach((entry, index) => {
    const checked = gateway.safeParse(entry);
    if (!checked.success)
      wrong.push(`IPFS_GATEWAYS: entry ${index + 1}: ${checked.error.issues[0]?.message}`);
  });
  if (gateways.length === 0) wrong.push('IPFS_GATEWAYS: expected at least one URL, separated by commas');
  if (wrong.length > 0 || rpcUrl === null || env.DATABASE_URL === undefined) throw new ConfigError(wrong);
  const allowPrivate = env.ALLOW_PRIVATE_GATEWAYS ?? (cluster === 'localnet' ? 'true' : 'false');
  return {
    cluster,
    rpcUrl,
    wsUrl: env.WS_URL ?? websocketUrl(rpcUrl),
    databaseUrl: env.DATABASE_URL,
    ipfsGateways: gateways,
    allowPrivateGateways: allowPrivate === 'true' || allowPrivate === '1',
    logLevel: env.LOG_LEVEL ?? 'info',
  };
}

function defaultRpcUrl(cluster: Cluster, heliusKey: string | undefined): string | null {
  if (cluster === 'localnet') return LOCALNET_RPC;
  if (heliusKey !== undefined) return `https://${cluster}.helius-rpc.com/?api-key=${heliusKey}`;
  return null;
}

/** Providers serve websockets under the same address; a bare port has them on the next one, as Solana's validator does. */
function websocketUrl(rpcUrl: string): string {
  const parsed = new URL(rpcUrl);
  parsed.protocol = parsed.protocol === 'https:' ? 'wss:' : 'ws:';
  if (parsed.port !== '') parsed.port = String(Number(parsed.port) + 1);
  return parsed.toString();
}
