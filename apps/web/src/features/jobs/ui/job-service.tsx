import type { JobDetail, ServiceReceiptView, ServiceView } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { CopyButton } from '@/components/copy-button';
import { Fact, Facts, Unknown } from '@/components/facts';
import { shortAddress } from '@/format/address';
import { groupedInteger } from '@/format/amount';
import { AsSigned, SignatureState } from './as-signed';

const TAKES: Readonly<Record<string, string>> = {
  'text-generation': 'chat and plain completions',
  embedding: 'embeddings',
  'image-generation': 'image generations',
};

/** An endpoint: where it is while it is open, what was served when it is closed. */
export function JobService({
  detail,
  service,
  children,
}: {
  detail: JobDetail;
  service: ServiceView;
  /** How to get in, while it is open. */
  children: ReactNode;
}): ReactNode {
  const isOpen = detail.job.status === 'running';
  return (
    <section aria-label="Endpoint" data-testid="job-service" className="flex flex-col gap-5">
      <div>
        <p className="mb-2 text-14 text-ink-2" data-testid="service-state">
          {stateText(detail)}
        </p>
        <Facts>
          {isOpen && (
            <Fact
              name="Base URL"
              note={service.baseUrl === null ? undefined : 'as its node says on chain; nobody has checked it'}
            >
              {service.baseUrl === null ? (
                <Unknown why="Its node names no address in the nodes program." />
              ) : (
                <span className="inline-flex max-w-full items-baseline gap-1.5">
                  <span className="font-mono text-13 wrap-anywhere" data-testid="service-url">
                    {service.baseUrl}
                  </span>
                  <CopyButton text={service.baseUrl} label="base URL" />
                </span>
              )}
            </Fact>
          )}
          <Fact name="Model">{service.model}</Fact>
          <Fact name="Takes">{TAKES[service.task] ?? service.task}, as OpenAI’s API writes them</Fact>
          {isOpen && (
            <Fact name="Host label" note="under which hosts of the network publish it">
              <span className="font-mono text-13 wrap-anywhere">{service.hostLabel}</span>
            </Fact>
          )}
        </Facts>
      </div>
      {isOpen && children}
      {service.receipt !== null && <Served receipt={service.receipt} />}
    </section>
  );
}

function stateText({ job, service, result }: JobDetail): string {
  switch (job.status) {
    case 'queued':
    case 'unqueued':
      return 'The endpoint opens when a node takes the job.';
    case 'running':
      return 'The endpoint is open until the job’s time is over or its poster ends it. Requests need a token of the poster.';
    default:
      if (service?.receipt !== null) return 'The endpoint is closed.';
      if (result.facts?.state === 'failed') return 'The endpoint did not open.';
      if (result.status === 'pending') return 'The endpoint is closed. What was served is being fetched.';
      return 'The endpoint is closed. Its node left no receipt of what it served.';
  }
}

/** What the node says that it served. */
function Served({ receipt }: { receipt: ServiceReceiptView }): ReactNode {
  const { requests, tokens } = receipt;
  const turnedAway = [
    requests.refused > 0 && `${groupedInteger(requests.refused)} refused`,
    requests.cancelled > 0 && `${groupedInteger(requests.cancelled)} cut short`,
    requests.failed > 0 && `${groupedInteger(requests.failed)} failed`,
  ].filter((part) => part !== false);
  return (
    <div>
      <h3 className="mb-1.5 text-14 font-semibold">What was served</h3>
      <Facts>
        <Fact name="Requests" note={turnedAway.length === 0 ? undefined : turnedAway.join(', ')}>
          <span data-testid="service-served">{groupedInteger(requests.served)}</span> answered
        </Fact>
        <Fact
          name="Tokens read"
          note={tokens.cached > 0 ? `${groupedInteger(tokens.cached)} of them known from before` : undefined}
        >
          {groupedInteger(tokens.prompt)}
        </Fact>
        <Fact
          name="Tokens written"
          note={tokens.reasoning > 0 ? `${groupedInteger(tokens.reasoning)} of them reasoning` : undefined}
        >
          {groupedInteger(tokens.completion)}
        </Fact>
        <Fact
          name="Weights"
          note={<span title={receipt.modelDigest}>sha256 {shortAddress(receipt.modelDigest, 8, 8)}</span>}
        >
          {receipt.precision}
        </Fact>
        <Fact
          name="Signature"
          note={
            receipt.tokensAre === 'claimed'
              ? 'tokens as another engine told the node'
              : 'tokens as the node counted them'
          }
        >
          <SignatureState valid={receipt.signatureValid} />
        </Fact>
      </Facts>
      <AsSigned receipt={receipt.receipt} />
    </div>
  );
}
