import type { Log } from '../log.js';
import type { AccountState, Block, TransactionRecord } from './types.js';

/** What happens on the chain, in the order in which it happens. */
export type ChainEvent =
  | {
      readonly type: 'processed';
      readonly slot: number;
      /** Null when an account was set without a transaction. */
      readonly record: TransactionRecord | null;
      readonly changes: ReadonlyMap<string, AccountState | null>;
    }
  | { readonly type: 'slot'; readonly slot: number; readonly parent: number; readonly root: number }
  | { readonly type: 'confirmed'; readonly slot: number; readonly block: Block }
  | { readonly type: 'finalized'; readonly slot: number; readonly block: Block };

export type ChainListener = (event: ChainEvent) => void;

/** Delivers events to all listeners; one that throws does not keep them from the others. */
export interface ChainEvents {
  emit(event: ChainEvent): void;
  /** Returns the function that removes the listener. */
  listen(listener: ChainListener): () => void;
}

/** Creates an event channel that reports failing listeners to `log`. */
export function createChainEvents(log: Log): ChainEvents {
  const listeners = new Set<ChainListener>();
  return {
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log('error', `a listener failed on a ${event.type} event`, { error: String(error) });
        }
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
