import { CLUSTERS, type Cluster } from '@inferscan/protocol';
import { z } from 'zod';

const Url = (...protocols: string[]) =>
  z.url({
    protocol: new RegExp(`^(${protocols.join('|')})$`),
    error: `expected a URL starting with ${protocols.join(': or ')}:`,
  });

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const Environment = z.object({
  DATABASE_URL: Url('postgres', 'postgresql'),
  CLUSTER: z.enum(CLUSTERS as [Cluster, ...Cluster[]]).default('localnet'),
  RPC_URL: Url('http', 'https'),
  /** Default: the RPC's own address over ws. */
  WS_URL: optional(Url('ws', 'wss')),
  FAUCET_URL: optional(Url('http', 'https')),
  /** Without it the console cannot store definitions. */
  PINNING_URL: optional(Url('http', 'https')),
  PINNING_TOKEN: optional(z.string().min(1)),
  /** Gateways on private addresses are refused unless this says otherwise; a localnet's always are private. */
  ALLOW_PRIVATE_GATEWAYS: optional(z.enum(['true', 'false'])),
  /** One or more, separated by commas. */
  IPFS_GATEWAYS: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(Url('http', 'https')).min(1)),
});
export type Environment = z.infer<typeof Environment>;

/**
 * What the operator configured. Read on first use and not at import: a build needs no database.
 * @throws Error naming every variable that is missing or wrong
 */
export function readEnvironment(source: Record<string, string | undefined> = process.env): Environment {
  const parsed = Environment.safeParse(source);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is not complete. ${wrong.join('; ')}`);
}
