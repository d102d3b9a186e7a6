import type { Completion } from '../contract.js';
import { InferenceError } from '../errors.js';
import type { Drafter } from '../speculation/drafter.js';
import { createDrafter } from '../speculation/request-drafter.js';
import { encodeRequest } from '../tokens/tokenizer.js';
import { type Chunk, nextChunk, PREFILL_CHUNK } from './chunks.js';
import type { Row, Verified } from './decoder.js';
import {
  createSample,
  type Generation,
  type GenerationJob,
  type GenerationModel,
  joinCompletions,
  requireWithinContext,
  roomFor,
  type Sample,
} from './generation.js';
import { createPrefixCache } from './prefix-cache.js';
import { type ActiveRow, admit, type BatchLimits, nextStep, type WaitingRequest } from './schedule.js';
import { type RequestSharing, sharingOf } from './together.js';

/** What has been done for a model's requests. */
export interface BatchCounts {
  /** Runs of the graph. */
  steps: number;
  /** Rows that took part in them, together. */
  rows: number;
  /** Of the prompts that were read; cachedTokens did not have to be. */
  promptTokens: number;
  cachedTokens: number;
  generatedTokens: number;
  /** Guessed before they were computed, and those of them that came true. */
  draftedTokens: number;
  acceptedTokens: number;
}

/** The requests of one model, which share its steps. */
export interface Batch {
  readonly counts: Readonly<BatchCounts>;
  /** Whether there is anything to do. */
  readonly busy: boolean;
  /**
   * Puts a request in line.
   * @throws InferenceError bad_request, too_long
   */
  submit(job: GenerationJob): void;
  /** Ends a request before the next step; does nothing where there is none with this id. */
  cancel(id: number): void;
  cancelAll(): void;
  /** Lets requests in and runs the graph once. Never throws: what goes wrong is the outcome of the requests it went wrong for. */
  step(): Promise<void>;
}

interface Request extends WaitingRequest {
  readonly job: GenerationJob;
  readonly promptIds: readonly number[];
  readonly predictionIds: readonly number[];
  /** What is done, each at its place. */
  readonly completions: Map<number, Completion>;
  /** Tokens at the beginning of its prompt that were read before. */
  cachedTokens: number;
  /** Guessed before they were computed, and those of them that came true. */
  draftedTokens: number;
  acceptedTokens: number;
  cancelled: boolean;
}

interface BatchRow extends ActiveRow {
  readonly request: Request;
  readonly row: Row;
  /** Which completion it becomes. */
  readonly index: number;
  readonly sample: Sample;
  readonly sharing: RequestSharing;
  /** Where the request asks for drafts, and the decoder can read them. */
  readonly drafter: Drafter | undefined;
  /** Of its next step. */
  draft: readonly number[];
  reads: boolean;
  width: number;
  capacity: number;
  servedAt: number;
}

export function noCounts(): BatchCounts {
  return {
    ...{ steps: 0, rows: 0, promptTokens: 0, cachedTokens: 0, generatedTokens: 0 },
    ...{ draftedTokens: 0, acceptedTokens: 0 },
  };
}

/** @param counts goes on from there: of the same model before it was released, or in another precision */
export function createBatch(model: GenerationModel, limits: BatchLimits, counts = noCounts()): Batch {
  const { decoder } = model;
  // A request that fills the context alone must fit.
  const kvTokens = Math.max(limits.kvTokens, decoder.capacityOf(model.contextTokens));
  const prefixes = createPrefixCache(limits.prefixBytes);
  let waiting: Request[] = [];
  let active: Request[] = [];
  let rows: BatchRow[] = [];
  let arrivals = 0;
  let lastPrefill = -1;

  function letIn(): void {
    let [freeRows, freeTokens] = [limits.maxRows, kvTokens];
    for (const request of active) {
      const left = request.rows - request.completions.size;
      freeRows -= left;
      freeTokens -= (left * request.tokens) / request.rows;
    }
    const admitted = admit(waiting, { rows: freeRows, tokens: freeTokens }, limits.patience);
    if (admitted.length === 0) return;
    waiting = waiting.filter((request) => !admitted.includes(request));
    active = [...active, ...admitted];
    for (const request of admitted) {
      request.job.meter.admitted();
      try {
        addRow(request, openWithPrefix(request), 0, arrivals++);
      } catch (error) {
        finish(request, asError(error));
      }
    }
  }

  function openWithPrefix(request: Request): Row {
    const row = decoder.open();
    for (const block of prefixes.find(request.promptIds)) decoder.paste(row, block);
    request.cachedTokens = row.length;
    counts.cachedTokens += row.length;
    return row;
  }

  function keepPrefix({ row, request }: BatchRow): void {
    const from = row.length - PREFILL_CHUNK;
    if (limits.prefixBytes === 0 || row.length % PREFILL_CHUNK !== 0) return;
    const block = decoder.cut(row, from, row.length);
    if (block) prefixes.store(request.promptIds.slice(0, row.length), block);
  }

  function addRow(request: Request, row: Row, index: number, arrival: number): BatchRow {
    const sample = createSample(model, request.job, request.promptIds, index);
    const drafter = decoder.verify && createDrafter(request.job.request, request, request.job.draftModel);
    const sharing = sharingOf(decoder.traits, request.job.request);
    const next = { draft: [], reads: true, width: 0, capacity: 0, servedAt: -1 };
    const own = { request, row, index, sample, sharing, shares: sharing.shared, drafter, arrival };
    const batchRow: BatchRow = { ...own, ...next };
    prepare(batchRow);
    rows.push(batchRow);
    return batchRow;
  }

  /** Says what the row's next step is like. */
  function prepare(batchRow: BatchRow, draft: readonly number[] = []): void {
    const chunk = chunkOf(batchRow);
    batchRow.draft = draft;
    batchRow.reads = chunk !== undefined;
    batchRow.width = chunk?.width ?? 1 + draft.length;
    batchRow.capacity = decoder.capacityOf(batchRow.row.length);
  }

  /** Prompt tokens of a row's next step; undefined when it generates. */
  function chunkOf({ row, request }: Pick<BatchRow, 'row' | 'request'>): Chunk | undefined {
    const remaining = request.promptIds.length - row.length;
    return remaining > 0 ? nextChunk(remaining) : undefined;
  }

  function idsOf(batchRow: BatchRow): readonly number[] {
    const chunk = chunkOf(batchRow);
    const { row, request, sample } = batchRow;
    return chunk ? request.promptIds.slice(row.length, row.length + chunk.tokens) : [sample.next];
  }

  function leave(left: (row: BatchRow) => boolean): void {
    const [leaving, staying] = [rows.filter(left), rows.filter((row) => !left(row))];
    for (const { row, sample, drafter } of leaving) {
      decoder.close(row);
      drafter?.close();
      sample.close();
    }
    rows = staying;
  }

  /** Ends an active request; does nothing where another of its rows has ended it already. */
  function finish(request: Request, outcome: Generation | Error): void {
    if (!active.includes(request)) return;
    leave((row) => row.request === request);
    active = active.filter((other) => other !== request);
    request.job.settle(outcome);
  }

  /** Runs the graph once, and says what it comes to for each row. */
  async function run(chosen: readonly BatchRow[], leader: BatchRow): Promise<readonly Verified[]> {
    if (leader.draft.length > 0 && decoder.verify) {
      return decoder.verify(chosen.map(({ row, sample, draft }) => ({ row, id: sample.next, draft })));
    }
    const inputs = chosen.map((batchRow) => ({ row: batchRow.row, ids: idsOf(batchRow) }));
    const logits = await decoder.step(inputs, leader.width, leader.sharing.together);
    if (leader.reads) counts.promptTokens += inputs.reduce((sum, { ids }) => sum + ids.length, 0);
    return logits.map((one) => ({ logits: [one], keep: () => undefined }));
  }

  /** After a step of a row. */
  async function advance(batchRow: BatchRow, outcome: Verified | undefined): Promise<void> {
    const { request, row, reads } = batchRow;
    batchRow.servedAt = counts.steps;
    if (outcome === undefined) throw new InferenceError('bad_model', 'the model gave no logits');
    if (!reads) return generate(batchRow, outcome);
    keepPrefix(batchRow);
    if (row.length < request.promptIds.length) {
      prepare(batchRow);
      return;
    }
    // With the prompt read, the other completions begin from the same cache and the same logits.
    for (const one of [batchRow, ...forks(batchRow)]) await generate(one, outcome);
  }

  function forks({ request, row, arrival, servedAt }: BatchRow): BatchRow[] {
    return Array.from({ length: request.rows - 1 }, (_, i) => {
      const batchRow = addRow(request, decoder.fork(row), i + 1, arrival);
      batchRow.servedAt = servedAt;
      return batchRow;
    });
  }

  /** Takes tokens for as long as they are those that were drafted, and one more. */
  async function generate(batchRow: BatchRow, { logits, keep }: Verified): Promise<void> {
    const { request, sample, drafter, index, draft } = batchRow;
    let taken = 0;
    let ended = false;
    for (const one of logits) {
      ended = await sample.take(one);
      taken++;
      drafter?.saw(sample.next);
      if (ended || sample.next !== draft[taken - 1]) break;
    }
    counts.generatedTokens += taken;
    for (const drafts of [counts, request]) {
      drafts.draftedTokens += logits.length - 1;
      drafts.acceptedTokens += taken - 1;
    }
    if (!ended) {
      keep(taken - 1);
      // The last token that there is room for is never drafted: nothing would come behind it.
      prepare(batchRow, await drafter?.draft(sample.left - 1));
      return;
    }
    request.completions.set(index, sample.result());
    leave((row) => row === batchRow);
    if (request.completions.size < request.rows) return;
    const completions = [...request.completions].sort(([a], [b]) => a - b).map(([, one]) => one);
    finish(request, joinCompletions(request.promptIds.length, request, completions));
  }

  function dropCancelled(): void {
    const reason = () => new InferenceError('cancelled', 'the request was cancelled');
    const left = waiting.filter((request) => request.cancelled);
    waiting = waiting.filter((request) => !request.cancelled);
    for (const request of left) request.job.settle(reason());
    for (const request of active.filter(({ cancelled }) => cancelled)) finish(request, reason());
  }

  return {
    counts,
    get busy() {
      return waiting.length + active.length > 0;
    },
    submit(job) {
      const tokens = job.tokens ?? encodeRequest(model.tokenizer, job.request);
      const promptIds = requireWithinContext(model, tokens.promptIds);
      const { predictionIds } = tokens;
      const { n } = job.request;
      const rowTokens = decoder.capacityOf(promptIds.length + roomFor(model, job.request, promptIds.length));
      // A model that guesses keeps the same tokens once more; with it, too, one that fills all the room must fit.
      const each = job.draftModel ? Math.min(2 * rowTokens, kvTokens) : rowTokens;
      if (n > limits.maxRows || n * each > kvTokens) {
        const most = Math.min(limits.maxRows, Math.floor(kvTokens / each));
        throw new InferenceError(
          'bad_request',
          `n: at most ${most} completions of this length fit at one time`,
        );
      }
      const start = {
        completions: new Map<number, Completion>(),
        overtaken: 0,
        ...{ cachedTokens: 0, draftedTokens: 0, acceptedTokens: 0 },
        cancelled: false,
      };
      waiting.push({ job, promptIds, predictionIds, rows: n, tokens: n * each, ...start });
    },
    cancel(id) {
      const request = [...waiting, ...active].find(({ job }) => job.id === id);
      if (request) request.cancelled = true;
    },
    cancelAll() {
      for (const request of [...waiting, ...active]) request.cancelled = true;
    },
    async step() {
      dropCancelled();
      letIn();
      const chosen = nextStep(rows, lastPrefill, limits);
      const [leader] = chosen;
      if (leader === undefined) return;
      let outcomes: readonly Verified[];
      try {
        outcomes = await run(chosen, leader);
      } catch (error) {
        for (const batchRow of chosen) finish(batchRow.request, asError(error));
        return;
      }
      counts.steps++;
      counts.rows += chosen.length;
      for (const { job } of new Set(chosen.map(({ request }) => request))) job.meter.stepped(chosen.length);
      if (leader.reads) lastPrefill = counts.steps;
      for (const [place, batchRow] of chosen.entries()) {
        // Another row of the same request may have ended it.
        if (!rows.includes(batchRow)) continue;
        try {
          await advance(batchRow, outcomes[place]);
        } catch (error) {
          finish(batchRow.request, asError(error));
        }
      }
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
