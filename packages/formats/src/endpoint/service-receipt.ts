import { ed25519 } from '@noble/curves/ed25519.js';
import { base58 } from '@scure/base';
import { z } from 'zod';

import { canonicalBytes } from '../canonical.js';
import type { SignBytes } from '../receipt/sign.js';

export const SERVICE_RECEIPT_SCHEMA = 'inferscan.service-receipt/1';
/** Name of a serving op's receipt in its results. */
export const RESULT_SERVICE = 'service';

const Count = z.int().min(0);
const UnixSeconds = z.int().min(0);
const Text = z.string().max(500);
const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
const Address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'expected a base58 address');

/** What a node served for a job, in totals, without its signature. */
const UnsignedServiceReceipt = z.looseObject({
  schema: z.literal(SERVICE_RECEIPT_SCHEMA),
  job: Address,
  market: Address,
  /** The node's address: the key that signs. */
  node: Address,
  run: Address,
  /** Id of the op in the definition. */
  op: Text,
  definition_cid: Text,
  spec_digest: Sha256Hex,
  model: z.looseObject({ name: Text, digest: Sha256Hex, parameters: Count }),
  task: Text,
  precision: Text,
  /** As the op asked for. */
  port: z.int().min(1).max(65_535),
  /** First label of the host name that the network gives the port. */
  host_label: Text,
  requests: z.looseObject({
    /** Answered whole. */
    served: Count,
    /** Turned away: no right, not valid, too many. */
    refused: Count,
    /** Ended by who asked, or by the end of the job. */
    cancelled: Count,
    failed: Count,
  }),
  /** Of served requests. */
  tokens: z.looseObject({ prompt: Count, cached: Count, completion: Count, reasoning: Count }),
  /** Whether the node counted the tokens itself, or another engine told it. */
  attestation: z.looseObject({ tokens: z.enum(['measured', 'claimed']) }),
  hardware: z.looseObject({ cpu_model: Text, logical_cores: z.int().min(1), memory_mb: Count }),
  started_at: UnixSeconds,
  finished_at: UnixSeconds,
});
type UnsignedServiceReceipt = z.infer<typeof UnsignedServiceReceipt>;

/** With the node's base58 ed25519 signature over the canonical JSON of everything else. */
export const ServiceReceipt = UnsignedServiceReceipt.extend({ signature: z.string().min(64).max(88) });
export type ServiceReceipt = z.infer<typeof ServiceReceipt>;

/**
 * Signs the receipt of a service.
 * @throws ZodError if it is none
 */
export async function signServiceReceipt(
  unsigned: UnsignedServiceReceipt,
  sign: SignBytes,
): Promise<ServiceReceipt> {
  const receipt = UnsignedServiceReceipt.parse(unsigned);
  return { ...receipt, signature: base58.encode(await sign(canonicalBytes(receipt))) };
}

/** Whether a value is a service's receipt that the node it names has signed. False, never an exception, for anything else. */
export function verifyServiceReceipt(value: unknown): boolean {
  if (!ServiceReceipt.safeParse(value).success) return false;
  const { signature, ...signed } = value as ServiceReceipt;
  try {
    const publicKey = base58.decode(signed.node);
    return ed25519.verify(base58.decode(signature), canonicalBytes(signed), publicKey, { zip215: false });
  } catch {
    return false;
  }
}
