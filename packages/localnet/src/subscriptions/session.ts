import type { RpcContext } from '../rpc/context.js';
import { RPC_CODES, RpcError } from '../rpc-error.js';
import type { SubscriptionKinds } from './kinds.js';
import type { ActiveSubscription } from './subscription.js';

/** Subscriptions that one connection may hold. */
const MAX_SUBSCRIPTIONS = 1_000;

/** The subscriptions of one connection. */
export interface Session {
  /**
   * Executes a subscribe or unsubscribe call. `afterReply` must run once the result has been sent, because a
   * notification may be due at once.
   *
   * @throws RpcError
   */
  call(method: string, params: unknown): { result: unknown; afterReply: () => void };
  close(): void;
}

export interface SessionDeps {
  readonly context: RpcContext;
  readonly kinds: SubscriptionKinds;
  /** Gives ids that no other session of this server gives. */
  readonly nextId: () => number;
  /** Sends a notification. */
  readonly send: (message: object) => void;
}

/** Opens a session; it listens to the chain until it is closed. */
export function createSession({ context, kinds, nextId, send }: SessionDeps): Session {
  const active = new Map<number, ActiveSubscription>();
  const stopListening = context.chain.listen((event) => {
    for (const subscription of active.values()) subscription.onEvent(event);
  });

  return {
    call(method, params) {
      const subscribing = kinds.bySubscribe.get(method);
      if (subscribing !== undefined) {
        if (active.size >= MAX_SUBSCRIPTIONS) {
          throw new RpcError(
            RPC_CODES.invalidRequest,
            `A connection holds at most ${MAX_SUBSCRIPTIONS} subscriptions`,
          );
        }
        const id = nextId();
        const subscription = subscribing.open(context, params, (result, options) => {
          if (!active.has(id)) return;
          if (options?.done === true) active.delete(id);
          send({
            jsonrpc: '2.0',
            method: `${subscribing.name}Notification`,
            params: { result, subscription: id },
          });
        });
        active.set(id, subscription);
        return { result: id, afterReply: () => subscription.onOpen?.() };
      }
      if (!kinds.unsubscribe.has(method)) throw new RpcError(RPC_CODES.methodNotFound, 'Method not found');
      const [id] = Array.isArray(params) ? params : [];
      // As on a validator, each of these methods ends whatever kind of subscription has the id.
      if (!active.delete(id)) throw new RpcError(RPC_CODES.invalidParams, 'Invalid subscription id.');
      return { result: true, afterReply: () => undefined };
    },
    close() {
      stopListening();
      active.clear();
    },
  };
}
