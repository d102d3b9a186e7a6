import { accountSubscription } from './account.js';
import { blockSubscription } from './block.js';
import { logsSubscription } from './logs.js';
import { programSubscription } from './program.js';
import { rootSubscription } from './root.js';
import { signatureSubscription } from './signature.js';
import { slotSubscription } from './slot.js';
import { slotsUpdatesSubscription } from './slots-updates.js';
import type { SubscriptionKind } from './subscription.js';

export interface SubscriptionKinds {
  readonly bySubscribe: ReadonlyMap<string, SubscriptionKind>;
  /** The names of the methods that end a subscription. */
  readonly unsubscribe: ReadonlySet<string>;
}

const KINDS: readonly SubscriptionKind[] = [
  accountSubscription,
  blockSubscription,
  logsSubscription,
  programSubscription,
  rootSubscription,
  signatureSubscription,
  slotSubscription,
  slotsUpdatesSubscription,
];

/** Every kind of subscription by the names of its two methods. */
export const SUBSCRIPTION_KINDS: SubscriptionKinds = {
  bySubscribe: new Map(KINDS.map((kind) => [`${kind.name}Subscribe`, kind])),
  unsubscribe: new Set(KINDS.map((kind) => `${kind.name}Unsubscribe`)),
};
