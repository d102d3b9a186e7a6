import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '../src/server/content-security-policy';
import { readEnvironment } from '../src/server/environment';

const directives = (policy: string) =>
  Object.fromEntries(
    policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
  );

describe('the content security policy', () => {
  const policy = directives(
    contentSecurityPolicy({
      nonce: 'bm9uY2U=',
      connect: [
        'http://127.0.0.1:8899/path?key=secret',
        'ws://127.0.0.1:8900',
        undefined,
        'javascript:alert(1)',
        'nonsense',
      ],
      development: false,
    }),
  );

  it('runs only what carries the nonce', () => {
    expect(policy['script-src']).toEqual(["'self'", "'nonce-bm9uY2U='", "'strict-dynamic'"]);
    expect(policy['style-src']).toEqual(["'self'", "'nonce-bm9uY2U='"]);
    expect(JSON.stringify(policy)).not.toContain('unsafe-inline');
    expect(JSON.stringify(policy)).not.toContain('unsafe-eval');
  });

  it('lets one style attribute through and no other', () => {
    const hash = createHash('sha256').update('display:none').digest('base64');
    expect(policy['style-src-attr']).toEqual(["'unsafe-hashes'", `'sha256-${hash}'`]);
  });

  it('connects to the origins of the configuration and tells no path or key', () => {
    expect(policy['connect-src']).toEqual([
      "'self'",
      'http://127.0.0.1:8899',
      'ws://127.0.0.1:8899',
      'ws://127.0.0.1:8900',
    ]);
  });

  it('is framed by nobody', () => {
    expect(policy['frame-ancestors']).toEqual(["'none'"]);
    expect(policy['object-src']).toEqual(["'none'"]);
    expect(policy['base-uri']).toEqual(["'none'"]);
  });
});

describe('the environment', () => {
  const right = {
    DATABASE_URL: 'postgresql://u:p@localhost:5432/db',
    RPC_URL: 'http://127.0.0.1:8899',
    IPFS_GATEWAYS: 'http://127.0.0.1:8901/ipfs/, https://ipfs.io/ipfs/',
  };

  it('is read with its defaults', () => {
    expect(readEnvironment({ ...right, FAUCET_URL: '' })).toMatchObject({
      CLUSTER: 'localnet',
      IPFS_GATEWAYS: ['http://127.0.0.1:8901/ipfs/', 'https://ipfs.io/ipfs/'],
    });
  });

  it('names everything that is wrong', () => {
    expect(() =>
      readEnvironment({ ...right, DATABASE_URL: undefined, CLUSTER: 'moon', WS_URL: 'http://x' }),
    ).toThrow(/DATABASE_URL.*CLUSTER.*WS_URL/);
  });

  it('never repeats a wrong value, which may be a secret', () => {
    expect(() => readEnvironment({ ...right, DATABASE_URL: 'mysql://me:hunter2@host/db' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
