'use client';

import type { JobRow, ServiceView } from '@inferscan/api/client';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/button';
import { CodeBlock } from '@/components/code-block';
import { CallSnippets } from '@/features/jobs/ui/call-snippets';
import { useWallet } from '@/features/wallet/ui/wallet-context';

/** Stands for the base URL where the node names none. */
const UNKNOWN_URL = 'http://ADDRESS-OF-THE-NODE/v1';

/** How to get into an endpoint: a token for the wallet that posted the job, and requests that use it. */
export function ServiceAccess({ job, service }: { job: JobRow; service: ServiceView }): ReactNode {
  const { wallet, account } = useWallet();
  const [token, setToken] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const { node, startedAt } = job;
  const own = account !== null && account.address === job.project;

  async function make(): Promise<void> {
    if (wallet === null || account === null || node === null) return;
    setError(null);
    try {
      const { makeToken } = await import('../api/make-token');
      const expires = (startedAt ?? Math.floor(Date.now() / 1_000)) + job.timeout;
      setToken(await makeToken({ wallet, account }, { job: job.address, node, expires }));
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  }

  return (
    <div className="flex flex-col gap-4">
      {own && token === null && (
        <div className="flex flex-wrap items-center gap-3">
          <Button variant="primary" data-testid="service-token-make" onClick={() => void make()}>
            Sign a token
          </Button>
          <span className="text-13 text-ink-2">
            Your wallet signs a message, no transaction. Whoever has the token can use the endpoint until the
            job’s time is over.
          </span>
        </div>
      )}
      {error !== null && (
        <p role="alert" className="text-13 text-failed">
          No token: {error}
        </p>
      )}
      {token !== null && (
        <div>
          <h3 className="mb-1.5 text-13 text-ink-2">Token</h3>
          <CodeBlock copy={token} label="token">
            <span data-testid="service-token">{token}</span>
          </CodeBlock>
        </div>
      )}
      <CallSnippets baseUrl={service.baseUrl ?? UNKNOWN_URL} service={service} token={token} />
    </div>
  );
}
