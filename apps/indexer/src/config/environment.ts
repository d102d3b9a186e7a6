import { CLUSTERS, type Cluster } from '@inferscan/protocol';
import { z } from 'zod';

import { RetainedDays, type RetentionConfig } from '../retention/retention-config.js';

export interface IndexerConfig {
  readonly cluster: Cluster;
  /** Servers of the same chain; the first is preferred as long as nothing else is known. */
  readonly rpcUrls: readonly string[];
  readonly wsUrls: readonly string[];
  /** How history is fetched; the tip is always followed over plain RPC. */
  readonly backfill: BackfillKind;
  /** With what an empty database begins: the chain's first transaction, or what its accounts say now. */
  readonly startAt: StartAt;
  /** Where fetched transactions are kept; null: nowhere. */
  readonly archive: ArchiveConfig | null;
  readonly databaseUrl: string;
  readonly ipfsGateways: readonly string[];
  readonly allowPrivateGateways: boolean;
  /** Who knows what a NOS is worth; null: nobody is asked, and no worth is shown. */
  readonly prices: PriceConfig | null;
  /** How long raw data is kept. */
  readonly retention: RetentionConfig;
  readonly logLevel: LogLevel;
}

const PRICE_SOURCES = ['none', 'coingecko', 'file'] as const;
export type PriceConfig =
  | {
      readonly source: 'coingecko';
      readonly url: string;
      readonly coin: string;
      readonly key: string | null;
    }
  | { readonly source: 'file'; readonly path: string };

const BACKFILL_KINDS = ['rpc', 'helius'] as const;
type BackfillKind = (typeof BACKFILL_KINDS)[number];

const START_AT = ['genesis', 'now'] as const;
type StartAt = (typeof START_AT)[number];

const ARCHIVE_DETAILS = ['compact', 'full'] as const;
interface ArchiveConfig {
  readonly dir: string;
  /** compact: what decoding takes; full: the RPC's answers too, as they came. */
  readonly detail: (typeof ARCHIVE_DETAILS)[number];
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

const oneOf = <const Value extends string>(values: readonly Value[]) =>
  z.enum(values, { error: `expected one of ${values.join(', ')}` });

/** URLs separated by commas; equal ones count once. */
const urls = (protocols: readonly string[]) =>
  z
    .string()
    .transform((text) => [...new Set(splitList(text))])
    .superRefine((list, context) => {
      const each = url(protocols);
      list.forEach((entry, index) => {
        const reason = each.safeParse(entry).error?.issues[0]?.message;
        if (reason === undefined) return;
        context.addIssue(list.length === 1 ? reason : `entry ${index + 1}: ${reason}`);
      });
      if (list.length === 0) context.addIssue('expected at least one URL, separated by commas');
    });

const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const Environment = z.object({
  CLUSTER: optional(oneOf(CLUSTERS)),
  RPC_URL: optional(urls(['http:', 'https:'])),
  WS_URL: optional(urls(['ws:', 'wss:'])),
  BACKFILL: optional(oneOf(BACKFILL_KINDS)),
  START_AT: optional(oneOf(START_AT)),
  ARCHIVE_DIR: optional(z.string()),
  ARCHIVE_DETAIL: optional(oneOf(ARCHIVE_DETAILS)),
  HELIUS_API_KEY: optional(z.string().regex(/^[\w-]{8,100}$/, 'expected the key as Helius shows it')),
  DATABASE_URL: z.preprocess(
    (value) => (value === '' ? undefined : value),
    url(['postgres:', 'postgresql:']).optional(),
  ),
  IPFS_GATEWAYS: optional(z.string()),
  ALLOW_PRIVATE_GATEWAYS: optional(z.enum(['true', 'false', '1', '0'], { error: 'expected true or false' })),
  PRICE_SOURCE: optional(oneOf(PRICE_SOURCES)),
  PRICE_URL: optional(url(['http:', 'https:'])),
  PRICE_COIN: optional(z.string().regex(/^[\w-]{1,100}$/, 'expected the id of a coin, as nosana')),
  PRICE_API_KEY: optional(z.string().regex(/^[\w-]{8,100}$/, 'expected the key as CoinGecko shows it')),
  PRICE_FILE: optional(z.string()),
  RETAIN_EVENTS_DAYS: optional(RetainedDays),
  RETAIN_DOCUMENTS_DAYS: optional(RetainedDays),
  RETAIN_ARCHIVE_DAYS: optional(RetainedDays),
  LOG_LEVEL: optional(oneOf(LOG_LEVELS)),
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
  const rpcUrls = rpcUrlsOf(cluster, env);
  if (rpcUrls.length === 0) wrong.push(`RPC_URL: needed for ${cluster} (or HELIUS_API_KEY)`);
  if (env.BACKFILL === 'helius' && cluster !== 'localnet' && env.HELIUS_API_KEY === undefined) {
    wrong.push('BACKFILL: helius needs HELIUS_API_KEY');
  }
  if (env.DATABASE_URL === undefined) {
    wrong.push('DATABASE_URL: needed, as postgresql://user:password@host:port/database');
  }
  const gateways = splitList(
    env.IPFS_GATEWAYS ?? (cluster === 'localnet' ? LOCALNET_GATEWAY : DEFAULT_GATEWAYS.join(',')),
  );
  const gateway = url(['http:', 'https:']);
  gateways.forEach((entry, index) => {
    const checked = gateway.safeParse(entry);
    if (!checked.success)
      wrong.push(`IPFS_GATEWAYS: entry ${index + 1}: ${checked.error.issues[0]?.message}`);
  });
  if (env.PRICE_SOURCE === 'file' && env.PRICE_FILE === undefined) {
    wrong.push('PRICE_FILE: needed with PRICE_SOURCE=file');
  }
  if (env.RETAIN_ARCHIVE_DAYS != null && env.ARCHIVE_DIR === undefined) {
    wrong.push('RETAIN_ARCHIVE_DAYS: there is no archive without ARCHIVE_DIR');
  }
  if (gateways.length === 0) wrong.push('IPFS_GATEWAYS: expected at least one URL, separated by commas');
  if (wrong.length > 0 || env.DATABASE_URL === undefined) throw new ConfigError(wrong);
  const allowPrivate = env.ALLOW_PRIVATE_GATEWAYS ?? (cluster === 'localnet' ? 'true' : 'false');
  return {
    cluster,
    rpcUrls,
    wsUrls: env.WS_URL ?? rpcUrls.map(websocketUrl),
    backfill: env.BACKFILL ?? (env.HELIUS_API_KEY === undefined ? 'rpc' : 'helius'),
    startAt: env.START_AT ?? 'genesis',
    archive:
      env.ARCHIVE_DIR === undefined
        ? null
        : { dir: env.ARCHIVE_DIR, detail: env.ARCHIVE_DETAIL ?? 'compact' },
    databaseUrl: env.DATABASE_URL,
    ipfsGateways: gateways,
    allowPrivateGateways: allowPrivate === 'true' || allowPrivate === '1',
    prices: pricesOf(env),
    retention: {
      eventsDays: env.RETAIN_EVENTS_DAYS ?? null,
      documentsDays: env.RETAIN_DOCUMENTS_DAYS ?? null,
      archiveDays: env.RETAIN_ARCHIVE_DAYS ?? null,
    },
    logLevel: env.LOG_LEVEL ?? 'info',
  };
}

/** Nobody is asked unless the operator says so: what test networks pay with has no price. */
function pricesOf(env: z.output<typeof Environment>): PriceConfig | null {
  if (env.PRICE_SOURCE === 'file' && env.PRICE_FILE !== undefined) {
    return { source: 'file', path: env.PRICE_FILE };
  }
  if (env.PRICE_SOURCE !== 'coingecko') return null;
  return {
    source: 'coingecko',
    url: env.PRICE_URL ?? 'https://api.coingecko.com/api/v3',
    coin: env.PRICE_COIN ?? 'nosana',
    key: env.PRICE_API_KEY ?? null,
  };
}

/** A key for Helius makes one more server, beside those given. */
function rpcUrlsOf(cluster: Cluster, env: z.output<typeof Environment>): readonly string[] {
  if (cluster === 'localnet') return env.RPC_URL ?? [LOCALNET_RPC];
  const helius =
    env.HELIUS_API_KEY === undefined
      ? []
      : [`https://${cluster}.helius-rpc.com/?api-key=${env.HELIUS_API_KEY}`];
  return [...new Set([...(env.RPC_URL ?? []), ...helius])];
}

/** Providers serve websockets under the same address; a bare port has them on the next one, as Solana's validator does. */
function websocketUrl(rpcUrl: string): string {
  const parsed = new URL(rpcUrl);
  parsed.protocol = parsed.protocol === 'https:' ? 'wss:' : 'ws:';
  if (parsed.port !== '') parsed.port = String(Number(parsed.port) + 1);
  return parsed.toString();
}
