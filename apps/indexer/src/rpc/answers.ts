import type { z } from 'zod';

import { RpcError } from './errors.js';
import type { RpcCall, RpcOutcome } from './http.js';
import {
  BlockAnswer,
  BlocksAnswer,
  GenesisAnswer,
  SignaturesAnswer,
  SlotAnswer,
  TransactionAnswer,
} from './schemas.js';

/** What a result is worth: final, the word of a node that may not know it yet, or not what the method promises. */
export type Worth = 'final' | 'maybe' | 'bad';

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  getSlot: SlotAnswer,
  getGenesisHash: GenesisAnswer,
  getBlocks: BlocksAnswer,
  getBlock: BlockAnswer,
  getSignaturesForAddress: SignaturesAnswer,
  getTransaction: TransactionAnswer,
};
const MAY_BE_MISSING = new Set(['getTransaction', 'getBlock']);

function worthOf({ method }: RpcCall, result: unknown): Worth {
  if (MAY_BE_MISSING.has(method) && (result === null || result === undefined)) return 'maybe';
  if (SCHEMAS[method]?.safeParse(result).success === false) return 'bad';
  // Nodes that are catching up say that there is nothing.
  return method === 'getSignaturesForAddress' && Array.isArray(result) && result.length === 0
    ? 'maybe'
    : 'final';
}

/** A call that is not answered for good, with its place in the request. */
export interface OpenCall {
  readonly call: RpcCall;
  readonly place: number;
}

/** Answers to the calls of one request, gathered from one endpoint after the other. */
export interface Answers {
  open(): OpenCall[];
  /** Takes what one endpoint answered to open calls, and says what it was worth at its worst. */
  take(asked: readonly OpenCall[], outcomes: readonly RpcOutcome[]): Worth;
  /** The best answer to each call; null when there is none to any of them. */
  outcomes(otherwise: RpcError | undefined): RpcOutcome[] | null;
}

export function gatherAnswers(calls: readonly RpcCall[]): Answers {
  const best = new Map<number, { readonly outcome: RpcOutcome; readonly rank: number }>();
  const RANKS = { final: 3, maybe: 2, bad: 0 } as const;
  /** An error that a server gave is better than nonsense: it says what is wrong. */
  const ERROR_RANK = 1;

  return {
    open: () =>
      calls.flatMap((call, place) => (best.get(place)?.rank === RANKS.final ? [] : [{ call, place }])),
    take(asked, outcomes) {
      let least: Worth = 'final';
      asked.forEach(({ call, place }, order) => {
        const outcome = outcomes[order];
        if (outcome === undefined) return;
        const worth = outcome.ok ? worthOf(call, outcome.result) : 'maybe';
        if (worth === 'bad' || (worth === 'maybe' && least === 'final')) least = worth;
        const rank = outcome.ok ? RANKS[worth] : ERROR_RANK;
        if (rank > (best.get(place)?.rank ?? -1)) best.set(place, { outcome, rank });
      });
      return least;
    },
    outcomes(otherwise) {
      if (best.size === 0) return null;
      return calls.map(
        ({ method }, place) =>
          best.get(place)?.outcome ?? {
            ok: false,
            error: otherwise ?? new RpcError('bad_answer', `${method}: no answer`),
          },
      );
    },
  };
}
