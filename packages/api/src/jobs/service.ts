import {
  FlowState,
  inferenceSpecOf,
  isServing,
  RESULT_SERVICE,
  ServiceReceipt,
  serviceHostLabel,
  validateDefinition,
  verifyServiceReceipt,
} from '@inferscan/formats';
import { CATALOGUE } from '../console/catalogue.js';
import type { Reader } from '../read/index-reader.js';
import type { JobRow } from './row.js';

/** What a node says that it served, in totals. */
export interface ServiceReceiptView {
  /** The node that the chain names signed it, for this job. */
  signatureValid: boolean;
  precision: string;
  modelDigest: string;
  requests: { served: number; refused: number; cancelled: number; failed: number };
  tokens: { prompt: number; cached: number; completion: number; reasoning: number };
  /** Whether the node counted the tokens itself, or another engine told it. */
  tokensAre: 'measured' | 'claimed';
  receipt: unknown;
}

/** An endpoint that a job asks for. */
export interface ServiceView {
  op: string;
  model: string;
  task: string;
  /** What one may ask it, to try it. */
  example: { prompt: string; reasoning: boolean };
  /** Label of the host name under which hosts of the network publish it. */
  hostLabel: string;
  /** Where OpenAI's clients find it, without a slash at the end; null where its node says no address on chain. */
  baseUrl: string | null;
  receipt: ServiceReceiptView | null;
}

/** The endpoint of a job; null where it asks for none, or its definition is not at hand. */
export async function readService(
  reader: Reader,
  job: Pick<JobRow, 'address' | 'node'>,
  definition: unknown,
  result: unknown,
): Promise<ServiceView | null> {
  const checked = validateDefinition(definition);
  if (!checked.ok) return null;
  for (const [index, op] of checked.definition.ops.entries()) {
    const found = inferenceSpecOf(op);
    if (!found?.ok || !isServing(found.spec)) continue;
    const { model, task, serve } = found.spec;
    return {
      op: op.id,
      model,
      task,
      example: exampleOf(model),
      hostLabel: serviceHostLabel(index, serve.port, job.address),
      baseUrl: job.node === null ? null : await readBaseUrl(reader, job.node),
      receipt: receiptOf(result, op.id, job),
    };
  }
  return null;
}

function exampleOf(model: string): ServiceView['example'] {
  const known = CATALOGUE.find(({ name }) => name === model);
  return {
    prompt: known?.prompt.example ?? 'Hello',
    reasoning: known !== undefined && known.reasoning !== null,
  };
}

/** What the node's entry in the nodes program says; anybody may write anything there. */
async function readBaseUrl(reader: Reader, node: string): Promise<string | null> {
  const row = await reader.first<{ endpoint: string }>(
    'select endpoint from node_registration where node = $1 order by updated_position desc limit 1',
    [node],
  );
  const url = row === undefined ? null : URL.parse(row.endpoint);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}/v1`;
}

function receiptOf(
  result: unknown,
  op: string,
  job: Pick<JobRow, 'address' | 'node'>,
): ServiceReceiptView | null {
  const flow = FlowState.safeParse(result).data;
  const state = flow?.opStates?.find(({ operationId }) => operationId === op);
  const [text] = [state?.results?.[RESULT_SERVICE] ?? []].flat();
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return null;
  }
  const receipt = ServiceReceipt.safeParse(value).data;
  if (receipt === undefined) return null;
  const { served, refused, cancelled, failed } = receipt.requests;
  const { prompt, cached, completion, reasoning } = receipt.tokens;
  return {
    signatureValid: receipt.job === job.address && receipt.node === job.node && verifyServiceReceipt(value),
    precision: receipt.precision,
    modelDigest: receipt.model.digest,
    requests: { served, refused, cancelled, failed },
    tokens: { prompt, cached, completion, reasoning },
    tokensAre: receipt.attestation.tokens,
    receipt: value,
  };
}
