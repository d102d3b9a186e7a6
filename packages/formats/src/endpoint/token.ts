import { ed25519 } from '@noble/curves/ed25519.js';
import { base58, base64urlnopad } from '@scure/base';
import { z } from 'zod';

import { canonicalBytes } from '../canonical.js';
import { zodIssues } from '../issues.js';
import type { SignBytes } from '../receipt/sign.js';

export const ENDPOINT_TOKEN_SCHEMA = 'inferscan.endpoint-token/1';

/** Longer texts are no tokens: what reads them takes more than linear time. */
const MAX_TOKEN_CHARS = 2_048;

const Address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'expected a base58 address');
const Limit = z.int().min(1);

/** What the poster of a job allows the bearer of a token, for as long as the job's service runs. */
export const EndpointTokenClaims = z.strictObject({
  schema: z.literal(ENDPOINT_TOKEN_SCHEMA),
  job: Address,
  /** The node that runs the job: no other takes the token, so none that saw it can use it elsewhere. */
  node: Address,
  /** Unix seconds from which on it is not taken. */
  expires: z.int().min(0),
  /** Tells tokens with otherwise the same claims apart, each with limits of its own. */
  id: z.string().min(1).max(64).optional(),
  limits: z
    .strictObject({
      /** Requests for answers. */
      requests: Limit.optional(),
      /** Tokens written, over all of them; the request that reaches it is answered whole. */
      completion_tokens: Limit.optional(),
    })
    .optional(),
});
export type EndpointTokenClaims = z.infer<typeof EndpointTokenClaims>;

export type EndpointTokenReading =
  | { ok: true; claims: EndpointTokenClaims; signature: Uint8Array }
  | { ok: false; message: string };

/** The bytes that the poster of a job signs: canonical JSON, which a wallet can show. */
export function endpointTokenMessage(claims: EndpointTokenClaims): Uint8Array {
  return canonicalBytes(EndpointTokenClaims.parse(claims));
}

/**
 * A token for the endpoint of a job: its claims in base64url, a dot, and the signature in base58.
 * @param sign signs with the key that posted the job
 * @throws ZodError if the claims are not valid; RangeError if `sign` does not return 64 bytes
 */
export async function signEndpointToken(claims: EndpointTokenClaims, sign: SignBytes): Promise<string> {
  const message = endpointTokenMessage(claims);
  const signature = await sign(message);
  if (signature.length !== 64) {
    throw new RangeError(`an ed25519 signature has 64 bytes, the signer returned ${signature.length}`);
  }
  return `${base64urlnopad.encode(message)}.${base58.encode(signature)}`;
}

/** Reads a token without asking who signed it. Never throws. */
export function readEndpointToken(text: string): EndpointTokenReading {
  if (text.length > MAX_TOKEN_CHARS) return refused(`it has more than ${MAX_TOKEN_CHARS} characters`);
  const [payload = '', signed = '', ...more] = text.split('.');
  if (payload === '' || signed === '' || more.length > 0) {
    return refused('expected claims in base64url, a dot, and a signature in base58');
  }
  let bytes: Uint8Array;
  let signature: Uint8Array;
  let json: unknown;
  try {
    bytes = base64urlnopad.decode(payload);
    signature = base58.decode(signed);
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refused('its claims are not JSON in base64url, or its signature is not base58');
  }
  if (signature.length !== 64) return refused(`its signature has ${signature.length} bytes, not 64`);
  const claims = EndpointTokenClaims.safeParse(json);
  if (!claims.success) {
    const [issue] = zodIssues(claims.error, 'claims');
    return refused(`${issue?.path}: ${issue?.message}`);
  }
  // One spelling for each set of claims, so that limits cannot be had twice.
  if (!sameBytes(canonicalBytes(claims.data), bytes)) return refused('its claims are not canonical JSON');
  return { ok: true, claims: claims.data, signature };
}

/** Whether a key has signed the claims. False, never an exception, for anything that is no key. */
export function isEndpointTokenSignedBy(
  { claims, signature }: { claims: EndpointTokenClaims; signature: Uint8Array },
  address: string,
): boolean {
  try {
    const publicKey = base58.decode(address);
    return ed25519.verify(signature, canonicalBytes(claims), publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function refused(message: string): { ok: false; message: string } {
  return { ok: false, message };
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
