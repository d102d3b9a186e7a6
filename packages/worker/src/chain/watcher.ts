import type { NetworkConfig } from '@inferscan/protocol';
import { type Address, createSolanaRpcSubscriptions, type Signature } from '@solana/kit';

import type { Logger } from '../log.js';
import { runsOfNode } from './accounts.js';
import { createLatch, type Latch } from './latch.js';
import { backoffMs, pause } from './retry.js';

/** Wakes those who poll: a notification only says that it is worth looking now. */
export interface ChainWatcher {
  /** Run accounts of a node. */
  watchRuns(node: Address, signal: AbortSignal): Latch;
  watchAccounts(accounts: readonly Address[], signal: AbortSignal): Latch;
  watchSignature(signature: Signature, signal: AbortSignal): Latch;
}

type Subscribe = (signal: AbortSignal) => Promise<AsyncIterable<unknown>>;

/** Subscriptions over a websocket, renewed with backoff for as long as they are wanted. */
export function createChainWatcher(deps: {
  wsUrl: string;
  network: NetworkConfig;
  log: Logger;
}): ChainWatcher {
  const { wsUrl, network, log } = deps;
  const subscriptions = createSolanaRpcSubscriptions(wsUrl);

  async function follow(
    what: string,
    subscribe: Subscribe,
    latch: Latch,
    signal: AbortSignal,
    once: boolean,
  ) {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        for await (const _ of await subscribe(signal)) {
          failures = 0;
          latch.notify();
          if (once) return;
        }
      } catch (error) {
        if (signal.aborted) return;
        log.debug({ err: error, what }, 'a subscription broke off; polling goes on');
      }
      // What happened while it was down is found by looking.
      latch.notify();
      await pause(backoffMs(failures, { baseMs: 500 }), signal).catch(() => undefined);
    }
  }

  function start(what: string, subscribe: Subscribe, signal: AbortSignal, once = false): Latch {
    const latch = createLatch();
    void follow(what, subscribe, latch, signal, once);
    return latch;
  }

  const accountChanges =
    (at: Address): Subscribe =>
    (abortSignal) =>
      subscriptions
        .accountNotifications(at, { commitment: 'confirmed', encoding: 'base64' })
        .subscribe({ abortSignal });

  return {
    watchRuns(node, signal) {
      return start(
        'runs',
        (abortSignal) =>
          subscriptions
            .programNotifications(network.jobsProgram, {
              commitment: 'confirmed',
              encoding: 'base64',
              filters: runsOfNode(node),
            })
            .subscribe({ abortSignal }),
        signal,
      );
    },
    watchAccounts(accounts, signal) {
      const latch = createLatch();
      for (const at of accounts) void follow('account', accountChanges(at), latch, signal, false);
      return latch;
    },
    watchSignature: (signature, signal) =>
      start(
        'signature',
        (abortSignal) =>
          subscriptions
            .signatureNotifications(signature, { commitment: 'confirmed' })
            .subscribe({ abortSignal }),
        signal,
        true,
      ),
  };
}
