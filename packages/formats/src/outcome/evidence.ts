/** What the chain says of a job, or of one run of it. Times in Unix seconds. */
export interface ChainFacts {
  /**
   * How it came to its end: `finish` by the host; `end`, `delist` by the poster; `quit` by the host; `admin`: the job
   * or its run was closed by the network's administrator; `open`: a run that stands.
   */
  readonly end: 'finish' | 'end' | 'delist' | 'quit' | 'admin' | 'open';
  readonly startedAt: bigint | null;
  readonly endedAt: bigint | null;
  /** Seconds that were paid for. */
  readonly timeout: bigint;
  /** The chain's clock as far as it was read; null where it does not matter yet. */
  readonly now: bigint | null;
}

/** The document that the chain names as the job's result. */
export type ResultEvidence =
  /** The chain names none. */
  | { readonly state: 'none' }
  /** Not asked for yet. */
  | { readonly state: 'unread' }
  /** No gateway has it; it is still asked for. */
  | { readonly state: 'missing' }
  /** It is there, and no document that could be read. */
  | { readonly state: 'unreadable' }
  | { readonly state: 'read'; readonly json: unknown };

/** The job's definition, as far as it bears on who is at fault. */
export type DefinitionEvidence =
  | { readonly state: 'unread' }
  /** Nobody who was asked has it, or it is no document. */
  | { readonly state: 'unreadable' }
  | {
      readonly state: 'read';
      readonly valid: boolean;
      /** It exposes something: it runs until it is stopped. Otherwise it is a batch, which should end by itself. */
      readonly service: boolean;
      /** Its operations were handed over in private. */
      readonly confidential: boolean;
      readonly operations: number;
      /** Ids of operations that start only when another one has passed a health check. */
      readonly awaiting: readonly string[];
    };

/** What is known beside the chain and the result. */
export interface FaultContext {
  readonly definition: DefinitionEvidence;
  /** Another node ran the same definition as it should be. */
  readonly ranElsewhere: boolean;
}

/** Seconds that the job's last run took by the chain. */
function runSeconds({ startedAt, endedAt }: ChainFacts): bigint | null {
  return startedAt === null || endedAt === null ? null : endedAt - startedAt;
}

/** Whether the run took all the time that was paid for; null where its times are not known. */
export function reachedTimeout(chain: ChainFacts): boolean | null {
  const seconds = runSeconds(chain);
  return seconds === null ? null : seconds >= chain.timeout;
}
