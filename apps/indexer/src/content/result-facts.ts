import type { RowOf, TABLES } from '@inferscan/db';
import { FlowState, RESULT_RECEIPT, Receipt, verifyReceipt } from '@inferscan/formats';

/** What the chain says of the job that a result was delivered for. */
export interface DeliveredJob {
  readonly id: string;
  readonly address: string;
  readonly market: string;
  readonly node: string | null;
  /** Address of its run's account. */
  readonly run: string | null;
  readonly definitionCid: string;
}

/** A receipt as it stands in a result. */
export interface FoundReceipt {
  /** The op whose result it is. */
  readonly op: string;
  /** As it was signed, with every field. */
  readonly value: unknown;
  readonly receipt: Receipt;
}

const MAX_TEXT = 2_000;
/** Receipts read from one result; a definition with more inference ops is beyond any that was seen. */
const MAX_RECEIPTS = 100;
const INT4_MAX = 2_147_483_647;

/** The receipts in a result, one per op. Never throws. */
export function receiptsIn(json: unknown): FoundReceipt[] {
  const flow = FlowState.safeParse(json);
  if (!flow.success) return [];
  const found = new Map<string, FoundReceipt>();
  for (const { operationId, results } of flow.data.opStates ?? []) {
    const [text] = [results?.[RESULT_RECEIPT] ?? []].flat();
    if (typeof operationId !== 'string' || text === undefined || found.size === MAX_RECEIPTS) continue;
    const op = operationId.slice(0, MAX_TEXT);
    const receipt = receiptOf(op, text);
    if (receipt !== null) found.set(op, receipt);
  }
  return [...found.values()];
}

function receiptOf(op: string, text: string): FoundReceipt | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = Receipt.safeParse(value);
  if (!parsed.success) return null;
  const { runtime, hardware } = parsed.data;
  const whole = [runtime.threads, hardware.logical_cores, hardware.memory_mb];
  return whole.some((count) => count > INT4_MAX) ? null : { op, value, receipt: parsed.data };
}

/**
 * A job's receipts as rows. Node and market are the chain's; `signature_valid` says that the node which the chain names
 * signed it, for this job, run, definition and op.
 */
export function receiptRows(
  job: DeliveredJob,
  resultCid: string,
  receipts: readonly FoundReceipt[],
): RowOf<typeof TABLES.receipt>[] {
  const { node } = job;
  return node === null ? [] : receipts.map((found) => receiptRow({ ...job, node }, resultCid, found));
}

function receiptRow(
  job: DeliveredJob & { readonly node: string },
  resultCid: string,
  { op, value, receipt }: FoundReceipt,
): RowOf<typeof TABLES.receipt> {
  const { runtime, hardware, tokens, timing_ms: timing } = receipt;
  const ofThisJob =
    receipt.job === job.address &&
    receipt.node === job.node &&
    receipt.market === job.market &&
    receipt.definition_cid === job.definitionCid &&
    receipt.op === op &&
    (job.run === null || receipt.run === job.run);
  return {
    job_id: job.id,
    op,
    result_cid: resultCid,
    node: job.node,
    market: job.market,
    model: receipt.model.name,
    model_digest: receipt.model.digest,
    task: receipt.task,
    precision: receipt.precision,
    runtime: runtime.name,
    runtime_version: runtime.version,
    provider: runtime.provider,
    threads: runtime.threads,
    cpu_model: hardware.cpu_model,
    logical_cores: hardware.logical_cores,
    memory_mb: hardware.memory_mb,
    gpus: hardware.gpus,
    prompt_tokens: tokens.prompt,
    completion_tokens: tokens.completion,
    reasoning_tokens: tokens.reasoning,
    queue_ms: timing.queue,
    load_ms: timing.load,
    first_token_ms: timing.first_token,
    total_ms: timing.total,
    output_digest: receipt.output_digest,
    signature_valid: ofThisJob && verifyReceipt(value),
    finished_at: receipt.finished_at,
    receipt: value,
  };
}
