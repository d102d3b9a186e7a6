import { z } from 'zod';
import { commitmentField, signature } from '../rpc/params.js';
import { defineSubscription } from './subscription.js';

const config = z.object({ ...commitmentField, enableReceivedNotification: z.boolean().nullish() }).nullish();

export const signatureSubscription = defineSubscription(
  'signature',
  z.tuple([signature, config]),
  ({ chain }, [wanted, given], notify) => {
    const level = given?.commitment ?? 'finalized';
    let received = given?.enableReceivedNotification !== true;

    const check = (): void => {
      const status = chain.recentStatus(wanted);
      if (status === undefined) return;
      const context = { slot: chain.slot(level) };
      if (!received) {
        received = true;
        notify({ context, value: 'receivedSignature' });
      }
      if (status.slot <= chain.slot(level)) notify({ context, value: { err: status.err } }, { done: true });
    };

    return {
      // The transaction may have got there before the subscription did.
      onOpen: check,
      onEvent(event) {
        if (
          event.type === 'processed' ? event.record?.transaction.signature === wanted : event.type === level
        )
          check();
      },
    };
  },
);
