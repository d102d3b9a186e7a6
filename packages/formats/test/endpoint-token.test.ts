import { ed25519 } from '@noble/curves/ed25519.js';
import { base58, base64urlnopad } from '@scure/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  ENDPOINT_TOKEN_SCHEMA,
  type EndpointTokenClaims,
  endpointTokenMessage,
  isEndpointTokenSignedBy,
  readEndpointToken,
  serviceHostLabel,
  signEndpointToken,
} from '../src/index.js';

const secret = new Uint8Array(32).fill(7);
const project = base58.encode(ed25519.getPublicKey(secret));
const stranger = base58.encode(ed25519.getPublicKey(new Uint8Array(32).fill(8)));
const sign = (message: Uint8Array) => ed25519.sign(message, secret);

const claims: EndpointTokenClaims = {
  schema: ENDPOINT_TOKEN_SCHEMA,
  job: base58.encode(new Uint8Array(32).fill(1)),
  node: base58.encode(new Uint8Array(32).fill(2)),
  expires: 1_800_000_000,
};

const encode = (json: unknown, signature = new Uint8Array(64)) => {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return `${base64urlnopad.encode(new TextEncoder().encode(text))}.${base58.encode(signature)}`;
};

describe('an endpoint token', () => {
  it('is read as it was signed, and only by who signed it', async () => {
    const limited = { ...claims, id: 'team a', limits: { requests: 5, completion_tokens: 1000 } };
    for (const given of [claims, limited]) {
      const reading = readEndpointToken(await signEndpointToken(given, sign));
      expect(reading).toMatchObject({ ok: true, claims: given });
      if (!reading.ok) continue;
      expect(isEndpointTokenSignedBy(reading, project)).toBe(true);
      expect(isEndpointTokenSignedBy(reading, stranger)).toBe(false);
      expect(isEndpointTokenSignedBy(reading, 'no address')).toBe(false);
      expect(isEndpointTokenSignedBy({ ...reading, claims: { ...given, expires: 1 } }, project)).toBe(false);
    }
  });

  it('is signed over a text that says what it is for', () => {
    const text = new TextDecoder().decode(endpointTokenMessage(claims));
    expect(text).toBe(
      `{"expires":1800000000,"job":"${claims.job}","node":"${claims.node}","schema":"inferscan.endpoint-token/1"}`,
    );
  });

  it.each([
    ['', /expected claims in base64url/],
    ['a.b.c', /expected claims in base64url/],
    ['!.1', /not JSON in base64url/],
    [encode('{'), /not JSON in base64url/],
    [encode(claims, new Uint8Array(63)), /signature has 63 bytes/],
    [encode({ ...claims, node: undefined }), /claims.node: /],
    [encode({ ...claims, schema: 'inferscan.endpoint-token/2' }), /claims.schema: /],
    [encode({ ...claims, expires: 1.5 }), /claims.expires: /],
    [encode({ ...claims, limits: { requests: 0 } }), /claims.limits.requests: /],
    [encode({ ...claims, more: 1 }), /claims: Unrecognized key/],
    [encode(claims), /not canonical/],
    ['x'.repeat(3000), /more than 2048/],
  ])('%#: what is none is refused in words', (text, message) => {
    expect(readEndpointToken(text)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });

  it('cannot be changed in any character', async () => {
    const token = await signEndpointToken(claims, sign);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, put) => {
        const changed = token.slice(0, at) + put + token.slice(at + 1);
        fc.pre(changed !== token);
        const reading = readEndpointToken(changed);
        expect(reading.ok && isEndpointTokenSignedBy(reading, project)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('of any kind is read or refused, never a crash', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => encode(json)),
        ),
        (text) => {
          expect(readEndpointToken(text).ok).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('the host name of a service', () => {
  it('is the network’s', () => {
    expect(serviceHostLabel(0, 80, 'JOB')).toBe('4sei58f3QGvqZB8ppEtXDSBsTxbUo1DQDcsvzyLXZVE2');
  });
});
