import type { z } from 'zod';
import type { ChainEvent } from '../chain/events.js';
import type { RpcContext } from '../rpc/context.js';
import { parseParams } from '../rpc/method.js';

/** Sends the `result` of a notification; `done` ends the subscription after it. */
export type Notify = (result: unknown, options?: { done: boolean }) => void;

export interface ActiveSubscription {
  onEvent(event: ChainEvent): void;
  /** Called once the client knows the subscription's id. */
  onOpen?(): void;
}

export interface SubscriptionKind {
  /** "account" for accountSubscribe, accountUnsubscribe and accountNotification. */
  readonly name: string;
  /** @throws RpcError for parameters that it cannot take. */
  open(context: RpcContext, params: unknown, notify: Notify): ActiveSubscription;
}

/** Defines a kind of subscription whose parameters are checked before `open` sees them. */
export function defineSubscription<S extends z.ZodType>(
  name: string,
  schema: S,
  open: (context: RpcContext, params: z.output<S>, notify: Notify) => ActiveSubscription,
): SubscriptionKind {
  return { name, open: (context, params, notify) => open(context, parseParams(schema, params), notify) };
}
