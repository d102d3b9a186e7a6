import { accountSubscription } from './account.js';
import { blockSubscription } from './block.js';
import { logsSubscription } from './logs.js';
import { programSubscription } from './program.js';
import { rootSubscription } from './root.js';
import { signatureSubscription } from './signature.js';
import { slotSubscription } from './slot.js';
import type { SubscriptionKind } from './subscription.js';

export interface SubscriptionKinds {
  readonly bySubscribe: ReadonlyMap<string, SubscriptionKind>;
  readonly byUnsubscribe: ReadonlyMap<string, SubscriptionKind>;
}

const KINDS: readonly SubscriptionKind[] = [
  accountSubscription,
  blockSubscription,
  logsSubscription,
  programSubscription,
  rootSubscription,
  signatureSubscription,
  slotSubscription,
];

/** Every kind of subscription by the names of its two methods. */
export const SUBSCRIPTION_KINDS: SubscriptionKinds = {
  bySubscribe: new Map(KINDS.map((kind) => [`${kind.name}Subscribe`, kind])),
  byUnsubscribe: new Map(KINDS.map((kind) => [`${kind.name}Unsubscribe`, kind])),
};
