import './keep-node-fetch.js';

import { fetch as undiciFetch } from 'undici';

import { createGuardedAgent } from './guarded-agent.js';

/** A fetch for addresses that strangers choose. */
export interface GuardedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Closes its connections, also those that are in use. */
  close(): Promise<void>;
}

/**
 * A fetch that does not leave the public internet, wherever redirects lead: it fails with a `PrivateAddressError` as its cause.
 * With `allowPrivate` it goes anywhere.
 */
export function createGuardedFetch(options: { allowPrivate: boolean }): GuardedFetch {
  const dispatcher = createGuardedAgent(options);
  const fetchFrom = undiciFetch as unknown as (input: unknown, init: object) => Promise<Response>;
  return {
    // Node's own types and those of the library describe the same thing.
    fetch: (input, init) => fetchFrom(input, { ...init, dispatcher }),
    close: () => dispatcher.destroy(),
  };
}
