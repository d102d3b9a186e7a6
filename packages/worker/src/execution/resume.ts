import {
  type InferenceSpec,
  PARTIAL_SCHEMA,
  readPartial,
  resumableDigest,
  type Segment,
  type SignBytes,
  signPartial,
} from '@inferscan/formats';

import type { HandedOver } from '../chain/handover.js';
import type { Answer } from '../result/answer.js';

/** Where a node keeps what it has done of a run, to go on from there after a restart. */
export interface PartialStore {
  /** Address of what was pinned last of an op of this run. */
  load(op: string): Promise<string | null>;
  save(op: string, cid: string): Promise<void>;
}

/** What pinning and reading partial results needs. */
export interface PartialDeps {
  store: PartialStore;
  pin(value: unknown): Promise<string>;
  fetch(cid: string, signal: AbortSignal): Promise<unknown>;
  /** What nodes that handed this job back have left of it; nothing where it is not given. */
  handedOver?(signal: AbortSignal): Promise<readonly HandedOver[]>;
  log: Record<'info' | 'warn', (fields: PartialEvent, message: string) => void>;
  /** New answers after which they are pinned; more where many are there already. Default 100. */
  everyRows?: number;
  /** Milliseconds after which new answers are pinned, however few. Default 30 s. */
  everyMs?: number;
}

/** What a line of the log is about. */
export interface PartialEvent {
  op: string;
  partial?: string;
  answers?: number;
  reason?: string | undefined;
  err?: unknown;
}

/** The op whose answers these are. */
export interface PartialSubject {
  op: string;
  spec: InferenceSpec;
  node: string;
  run: string | null;
  /** Of the weights that this node would run; undefined where that shows only when it does. */
  modelDigest: string | undefined;
  /** How many inputs there are. */
  inputs: number;
}

/** Answers that were given before. */
export interface Resumed {
  /** Where they were read. */
  from: string | null;
  answers: Answer[];
  segments: Segment[];
  elapsedMs: number;
}

const NOTHING = { from: null, segments: [], elapsedMs: 0 };

/** Where something may be found that was done, and who alone may have signed it; undefined: whoever it says. */
interface Lead {
  cid: string;
  by?: { node: string; run: string };
}

/**
 * What was done of an op before: in this run, by a node that handed the job back, or where the spec says. Used only if its node has
 * signed it for the same spec, it was computed with the weights that this node has, and, where another run gave the answers, `check`
 * finds nothing wrong with them. Anything else is left aside, and the op begins anew.
 * @param check repeats some of them, and says what was not the same
 * @throws the signal's reason when it aborts
 */
export async function resume(
  deps: PartialDeps,
  subject: PartialSubject,
  check: (before: Resumed) => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<Resumed> {
  for await (const { cid, by } of leads(deps, subject, signal)) {
    try {
      const resumed = resumedFrom(await deps.fetch(cid, signal), cid, subject, by);
      if (resumed === 'another op') continue;
      const wrong = typeof resumed === 'string' ? resumed : resumed.isOwn ? undefined : await check(resumed);
      if (typeof resumed !== 'string' && wrong === undefined) {
        deps.log.info(
          { op: subject.op, partial: cid, answers: resumed.answers.length },
          'going on from there',
        );
        return resumed;
      }
      deps.log.warn({ op: subject.op, partial: cid, reason: wrong }, 'not going on from there');
    } catch (error) {
      signal.throwIfAborted();
      deps.log.warn({ op: subject.op, partial: cid, err: error }, 'what was done cannot be read');
    }
  }
  return { ...NOTHING, answers: [] };
}

/** Each is looked for only when those before it were of no use. */
async function* leads(
  { store, handedOver, log }: PartialDeps,
  { op, spec }: PartialSubject,
  signal: AbortSignal,
): AsyncGenerator<Lead> {
  const own = await store.load(op);
  if (own) yield { cid: own };
  try {
    for (const { cid, node, run } of (await handedOver?.(signal)) ?? []) yield { cid, by: { node, run } };
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ op, err: error }, 'what others have done of the job cannot be found out');
  }
  if (spec.resume) yield { cid: spec.resume };
}

/** @returns why it cannot be used, where it cannot */
function resumedFrom(
  value: unknown,
  cid: string,
  subject: PartialSubject,
  by: Lead['by'],
): (Resumed & { isOwn: boolean }) | string {
  const partial = readPartial(value);
  if (!partial) return 'it is not a partial result that its node has signed';
  // A job that is handed over may have several ops, each with its own.
  if (by && partial.op !== subject.op) return 'another op';
  if (by && (partial.node !== by.node || partial.run !== by.run)) {
    return 'it was signed by another node, or for another run, than handed the job back';
  }
  if (partial.spec_digest !== resumableDigest(subject.spec)) return 'it is of another spec';
  if (partial.answers.length > subject.inputs) return 'it has more answers than there are inputs';
  const told = partial.segments.reduce((sum, { inputs }) => sum + inputs, 0);
  if (told > partial.answers.length) return 'it has fewer answers than it says';
  const digest = subject.modelDigest ?? partial.answers[0]?.facts.model.digest;
  const other = partial.answers.find(({ facts }) => facts.model.digest !== digest);
  if (other) return `it was computed with the weights ${other.facts.model.digest}`;
  const own = partial.answers.length - told;
  const isThisRun = partial.node === subject.node && partial.run === subject.run;
  // Commitments name the op, too: those made under another name could not be repeated.
  if (partial.op !== subject.op) return `it is of the operation ${partial.op}`;
  const segments = [...partial.segments];
  if (!isThisRun && own > 0) {
    segments.push({ inputs: own, node: partial.node, run: partial.run, partial: cid });
  }
  const answers = partial.answers as unknown as Answer[];
  return { from: cid, answers, segments, elapsedMs: partial.elapsed_ms, isOwn: isThisRun };
}

/** Pins answers on the way, one document after another, each holding all so far. */
export interface PartialPinner {
  /** There is one more. */
  answered(): void;
  /** The op did not come to its end: pins what is not pinned yet, and gives the address of all of it. */
  interrupted(): Promise<string | null>;
  /** Waits for a pinning that is under way. */
  settled(): Promise<void>;
}

export function createPartialPinner(
  deps: PartialDeps,
  subject: PartialSubject,
  sign: SignBytes,
  answers: readonly Answer[],
  before: Omit<Resumed, 'answers'> & { count: number },
): PartialPinner {
  const { everyRows = 100, everyMs = 30_000 } = deps;
  const begun = performance.now();
  let pinned = before.count;
  let pinnedAt = begun;
  let last: string | null = before.from;
  let pinning: Promise<void> | null = null;
  let gaveUp = false;

  async function pin(): Promise<void> {
    const { node, run, op, spec } = subject;
    const count = answers.length;
    try {
      const partial = await signPartial(
        {
          schema: PARTIAL_SCHEMA,
          node,
          run,
          op,
          spec_digest: resumableDigest(spec),
          segments: before.segments,
          // A copy as JSON says it.
          answers: JSON.parse(JSON.stringify(answers.slice(0, count))),
          elapsed_ms: before.elapsedMs + performance.now() - begun,
        },
        sign,
      );
      last = await deps.pin(partial);
      await deps.store.save(op, last);
      pinned = count;
    } catch (error) {
      // The job goes on without; a document that became too large only grows.
      gaveUp = true;
      deps.log.warn({ op, answers: count, err: error }, 'could not pin what is done so far');
    }
    pinnedAt = performance.now();
  }

  return {
    answered() {
      const rows = answers.length - pinned;
      // So that all documents together are a few times the last.
      const many = rows >= Math.max(everyRows, pinned / 2);
      if (gaveUp || pinning || answers.length === subject.inputs) return;
      if (!many && performance.now() - pinnedAt < everyMs) return;
      pinning = pin().finally(() => {
        pinning = null;
      });
    },
    async interrupted() {
      await pinning;
      if (!gaveUp && answers.length > pinned) await pin();
      return last;
    },
    async settled() {
      await pinning;
    },
  };
}
