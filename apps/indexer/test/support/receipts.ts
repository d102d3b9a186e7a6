import { outputDigest, RECEIPT_SCHEMA, type Receipt, signReceipt } from '@inferscan/formats';
import { type KeyPairSigner, signBytes } from '@solana/kit';

export interface ReceiptSubject {
  readonly job: string;
  readonly market: string;
  readonly run: string;
  readonly definitionCid: string;
}

/** A receipt as a node signs it. */
export function receiptOf(
  node: KeyPairSigner,
  subject: ReceiptSubject,
  op = 'inference',
  hardware: object = {},
): Promise<Receipt> {
  return signReceipt(
    {
      schema: RECEIPT_SCHEMA,
      job: subject.job,
      market: subject.market,
      node: node.address,
      run: subject.run,
      op,
      definition_cid: subject.definitionCid,
      spec_digest: 'ab'.repeat(32),
      model: { name: 'arithmetic', digest: 'cd'.repeat(32), parameters: 1_000 },
      task: 'text-generation',
      precision: 'fp32',
      runtime: { name: 'onnxruntime-node', version: '1.30.0', provider: 'cpu', threads: 1 },
      hardware: { cpu_model: 'test', logical_cores: 2, memory_mb: 4_096, gpus: [], ...hardware },
      batch: 1,
      tokens: { prompt: 7, completion: 11, reasoning: 5 },
      timing_ms: { queue: 1.5, load: 2, first_token: 3, total: 4 },
      output_digest: outputDigest([{ text: '21888' }]),
      seed: 0,
      sampling: { temperature: 0, top_k: 0, top_p: 1, max_tokens: 64 },
      schedule: { prefill_chunk: 64, kv_rule: 'full' },
      started_at: 1,
      finished_at: 2,
    },
    (message) => signBytes(node.keyPair.privateKey, message),
  );
}

/** A host's result with one op that answered, and its receipts. */
export const flowState = (receipts: Readonly<Record<string, Receipt | string>>, text = 'answer') => ({
  status: 'success',
  startTime: 1_000,
  endTime: 2_000,
  opStates: Object.entries(receipts).map(([operationId, receipt]) => ({
    operationId,
    status: 'success',
    exitCode: 0,
    logs: [{ type: 'stdout', log: text }],
    results: { outputs: ['{}'], receipt: [typeof receipt === 'string' ? receipt : JSON.stringify(receipt)] },
  })),
});
