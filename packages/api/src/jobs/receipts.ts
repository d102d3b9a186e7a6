import { int, type Numeric } from '../read/columns.js';

export interface GpuDevice {
  name: string;
  memoryMb: number;
}

/** A node's signed account of one inference operation. Milliseconds are measured by the node. */
export interface ReceiptRow {
  jobId: string;
  op: string;
  node: string;
  model: string;
  modelDigest: string;
  task: string;
  precision: string;
  runtime: string;
  runtimeVersion: string;
  provider: string;
  threads: number;
  cpuModel: string;
  logicalCores: number;
  memoryMb: number;
  gpus: GpuDevice[];
  tokens: { prompt: number; completion: number; reasoning: number };
  timingMs: { queue: number; load: number; firstToken: number; total: number };
  outputDigest: string;
  /** Whether the signature is the node's, over exactly this receipt. */
  signatureValid: boolean;
  /** Unix seconds. */
  finishedAt: number;
  /** The receipt as signed. */
  receipt: unknown;
}

export interface ReceiptSqlRow {
  job_id: string;
  op: string;
  node: string;
  model: string;
  model_digest: string;
  task: string;
  precision: string;
  runtime: string;
  runtime_version: string;
  provider: string;
  threads: number;
  cpu_model: string;
  logical_cores: number;
  memory_mb: number;
  gpus: unknown;
  prompt_tokens: Numeric;
  completion_tokens: Numeric;
  reasoning_tokens: Numeric;
  queue_ms: number;
  load_ms: number;
  first_token_ms: number;
  total_ms: number;
  output_digest: string;
  signature_valid: boolean;
  finished_at: Numeric;
  receipt: unknown;
}

/** GPUs of a receipt's column, whatever was stored there. */
export function toGpus(value: unknown): GpuDevice[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((gpu: unknown) => {
    if (typeof gpu !== 'object' || gpu === null || !('name' in gpu) || typeof gpu.name !== 'string')
      return [];
    const memory = 'memory_mb' in gpu ? Number(gpu.memory_mb) : 0;
    return [{ name: gpu.name, memoryMb: Number.isFinite(memory) ? memory : 0 }];
  });
}

export function toReceiptRow(row: ReceiptSqlRow): ReceiptRow {
  return {
    jobId: row.job_id,
    op: row.op,
    node: row.node,
    model: row.model,
    modelDigest: row.model_digest,
    task: row.task,
    precision: row.precision,
    runtime: row.runtime,
    runtimeVersion: row.runtime_version,
    provider: row.provider,
    threads: row.threads,
    cpuModel: row.cpu_model,
    logicalCores: row.logical_cores,
    memoryMb: row.memory_mb,
    gpus: toGpus(row.gpus),
    tokens: {
      prompt: int(row.prompt_tokens),
      completion: int(row.completion_tokens),
      reasoning: int(row.reasoning_tokens),
    },
    timingMs: { queue: row.queue_ms, load: row.load_ms, firstToken: row.first_token_ms, total: row.total_ms },
    outputDigest: row.output_digest,
    signatureValid: row.signature_valid,
    finishedAt: int(row.finished_at),
    receipt: row.receipt,
  };
}
