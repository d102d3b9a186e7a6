import { address, type Base64EncodedWireTransaction, signature } from '@solana/kit';
import { z } from 'zod';

const Key = z.string().transform((text) => address(text));
const Unsigned = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform((text) => BigInt(text));

/**
 * The run this node is at, from taking it to having its result on chain.
 * executing: the job is being run (again, after a crash) · executed: its flow state is on disk ·
 * pinned: the result has its address and may go on chain · abandoned: it was stopped because the node had to go, and is to be
 * handed back.
 */
export const CurrentRun = z.object({
  run: Key,
  job: Key,
  /** How often execution was begun. */
  attempts: z.int().min(1),
  /** How often the chain refused the result. */
  refusals: z.int().min(0),
  stage: z.enum(['executing', 'executed', 'pinned', 'abandoned']),
  /** The result, from stage `executed` on. */
  flow: z.unknown().optional(),
  /** Address of the result, from stage `pinned` on. */
  resultCid: z.string().optional(),
});
export type CurrentRun = z.infer<typeof CurrentRun>;

/** A `work` transaction that was signed and may land yet. */
const PendingWork = z.object({
  signature: z.string().transform((text) => signature(text)),
  wire: z.string().transform((text) => text as Base64EncodedWireTransaction),
  lastValidBlockHeight: Unsigned,
});

/** A run that is over, until its end is final on chain: a fork may undo it, and then it is not paid. */
export const Settling = z.object({
  run: Key,
  job: Key,
  /** The slot in which its end was seen. */
  slot: Unsigned,
});
export type Settling = z.infer<typeof Settling>;

/** What the node earned, as far as it is final. */
const Book = z.object({
  /** Jobs that were paid for, or done for nothing. */
  jobs: z.int().min(0),
  /** Base units of NOS. */
  earned: Unsigned,
});
/** All that a node must remember over a crash. */
export const NodeState = z.object({
  version: z.literal(1),
  current: CurrentRun.nullable(),
  pendingWork: PendingWork.nullable(),
  /** The market that was entered last: the node may be in its queue, also when it is no longer configured. */
  lastMarket: Key.nullable().default(null),
  settling: z.array(Settling).default([]),
  book: Book.default({ jobs: 0, earned: 0n }),
});
export type NodeState = z.infer<typeof NodeState>;

export const INITIAL_STATE: NodeState = {
  version: 1,
  current: null,
  pendingWork: null,
  lastMarket: null,
  settling: [],
  book: { jobs: 0, earned: 0n },
};
