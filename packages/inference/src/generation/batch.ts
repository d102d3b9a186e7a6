import { InferenceError } from '../errors.js';
import { type Chunk, nextChunk } from './chunks.js';
import type { Row } from './decoder.js';
import {
  createSample,
  encodeWithinContext,
  type Generation,
  type GenerationJob,
  type GenerationModel,
  roomFor,
  type Sample,
} from './generation.js';
import { type ActiveRow, admit, type BatchLimits, nextStep, type WaitingRequest } from './schedule.js';

/** What a batch has done since it began. */
export interface BatchCounts {
  /** Runs of the graph. */
  steps: number;
  /** Rows that took part in them, together. */
  rows: number;
  promptTokens: number;
  generatedTokens: number;
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
  cancelled: boolean;
}

interface BatchRow extends ActiveRow {
  readonly request: Request;
  readonly row: Row;
  readonly sample: Sample;
  width: number;
  capacity: number;
  servedAt: number;
}

export function createBatch(model: GenerationModel, limits: BatchLimits): Batch {
  const { decoder } = model;
  // A request that fills the context alone must fit.
  const kvTokens = Math.max(limits.kvTokens, decoder.capacityOf(model.contextTokens));
  const counts: BatchCounts = { steps: 0, rows: 0, promptTokens: 0, generatedTokens: 0 };
  let waiting: Request[] = [];
  let rows: BatchRow[] = [];
  let arrivals = 0;
  let lastPrefill = -1;

  function letIn(): void {
    const taken = rows.reduce((sum, { request }) => sum + request.tokens / request.rows, 0);
    const room = { rows: limits.maxRows - rows.length, tokens: kvTokens - taken };
    const admitted = admit(waiting, room, limits.patience);
    if (admitted.length === 0) return;
    waiting = waiting.filter((request) => !admitted.includes(request));
    for (const request of admitted) {
      request.job.meter.admitted();
      const row = decoder.open();
      const sample = createSample(model, request.job, request.promptIds);
      const { width } = nextChunk(request.promptIds.length);
      const capacity = decoder.capacityOf(0);
      rows.push({ request, row, sample, arrival: arrivals++, width, capacity, servedAt: -1 });
    }
  }

  /** Prompt tokens of a row's next step; undefined when it generates. */
  function chunkOf({ row, request }: BatchRow): Chunk | undefined {
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
    for (const { row } of leaving) decoder.close(row);
    rows = staying;
  }

  function finish(request: Request, outcome: Generation | Error): void {
    leave((row) => row.request === request);
    request.job.settle(outcome);
  }

  /** After a step: its logits belong to the row's last token. */
  function advance(batchRow: BatchRow, logits: Float32Array | undefined): void {
    const { request, row, sample } = batchRow;
    batchRow.servedAt = counts.steps;
    if (logits === undefined) throw new InferenceError('bad_model', 'the model gave no logits');
    if (row.length >= request.promptIds.length) {
      counts.generatedTokens++;
      if (sample.take(logits)) {
        finish(request, sample.result());
        return;
      }
    }
    batchRow.width = chunkOf(batchRow)?.width ?? 1;
    batchRow.capacity = decoder.capacityOf(row.length);
  }

  function dropCancelled(): void {
    const cancelled = new Set([...waiting, ...rows.map(({ request }) => request)].filter((r) => r.cancelled));
    waiting = waiting.filter((request) => !request.cancelled);
    for (const request of cancelled) {
      finish(request, new InferenceError('cancelled', 'the request was cancelled'));
    }
  }

  function attempt(batchRow: BatchRow, act: () => void): void {
    try {
      act();
    } catch (error) {
      finish(batchRow.request, asError(error));
    }
  }

  return {
    counts,
    get busy() {
      return waiting.length + rows.length > 0;
    },
    submit(job) {
      const promptIds = encodeWithinContext(model, job.request);
      const tokens = decoder.capacityOf(promptIds.length + roomFor(model, job.request, promptIds.length));
      waiting.push({ job, promptIds, rows: 1, tokens, overtaken: 0, cancelled: false });
    },
    cancel(id) {
      const request = [...waiting, ...rows.map((row) => row.request)].find(({ job }) => job.id === id);
      if (request) request.cancelled = true;
    },
    cancelAll() {
      for (const request of [...waiting, ...rows.map((row) => row.request)]) request.cancelled = true;
    },
    async step() {
      dropCancelled();
      letIn();
      const chosen = nextStep(rows, lastPrefill, limits, decoder.traits.shared);
      const [leader] = chosen;
      if (leader === undefined) return;
      const inputs = chosen.map((batchRow) => ({ row: batchRow.row, ids: idsOf(batchRow) }));
      let logits: readonly Float32Array[];
      try {
        logits = await decoder.step(inputs, leader.width);
      } catch (error) {
        for (const batchRow of chosen) finish(batchRow.request, asError(error));
        return;
      }
      counts.steps++;
      counts.rows += chosen.length;
      if (leader.width > 1) {
        lastPrefill = counts.steps;
        counts.promptTokens += inputs.reduce((sum, { ids }) => sum + ids.length, 0);
      }
      for (const [place, batchRow] of chosen.entries()) {
        attempt(batchRow, () => advance(batchRow, logits[place]));
      }
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
