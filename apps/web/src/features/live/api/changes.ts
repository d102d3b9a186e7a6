import type { AppRouter, LiveMessage } from '@inferscan/api/client';
import { createTRPCClient, httpSubscriptionLink } from '@trpc/client';
import superjson from 'superjson';

/**
 * Listens to what changes, over server-sent events; connects again by itself.
 * @returns a function that stops listening
 */
export function subscribeToChanges(onMessage: (message: LiveMessage) => void): () => void {
  const client = createTRPCClient<AppRouter>({
    links: [httpSubscriptionLink({ url: '/api/trpc', transformer: superjson })],
  });
  const subscription = client.live.changes.subscribe(undefined, {
    onData: (event) => onMessage(event.data),
  });
  return () => subscription.unsubscribe();
}
