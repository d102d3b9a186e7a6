import {
  canonicalDigest,
  canonicalJson,
  commitmentDigest,
  type InferenceSpec,
  InputCommitment,
  outputDigest,
  RECEIPT_SCHEMA_2,
  type Receipt,
  TextGenerationOutput,
  verifyReceipt,
} from '@inferscan/formats';

import { parametersOf } from '../result/receipt.js';
import type { ReceiptedOp } from './document.js';
import type { Stage } from './report.js';

/** What a receipt has to be for, where whoever replays knows it. */
export interface Expectation {
  readonly job?: string;
  readonly node?: string;
  readonly run?: string;
}

/** Whether the node signed this, every field of it. */
export function checkSignature({ receipt, signed }: ReceiptedOp): Stage {
  return verifyReceipt(signed)
    ? { name: 'signature', outcome: 'passed', detail: `ed25519 by ${receipt.node}, ${receipt.schema}` }
    : {
        name: 'signature',
        outcome: 'failed',
        detail: `not the signature of ${receipt.node} over this receipt`,
      };
}

/** Whether the receipt is for this job, run and op, and of this node. */
export function checkBinding({ receipt, op }: ReceiptedOp, expected: Expectation): Stage {
  const findings = (['job', 'node', 'run'] as const).flatMap((field) => {
    const wanted = expected[field];
    return wanted === undefined || receipt[field] === wanted
      ? []
      : [`${field}: the receipt is for ${receipt[field]}, not for ${wanted}`];
  });
  if (op !== undefined && receipt.op !== op)
    findings.push(`op: the receipt of ${receipt.op} stands in ${op}`);
  if (findings.length > 0) {
    return { name: 'binding', outcome: 'failed', detail: 'it is for something else', findings };
  }
  const named = Object.keys(expected).join(', ');
  return named === ''
    ? { name: 'binding', outcome: 'skipped', detail: 'no --job, --node or --run to compare with' }
    : { name: 'binding', outcome: 'passed', detail: `${named} as expected` };
}

/** Whether what the receipt says agrees with the result it stands in and with the spec that was asked for. */
export function checkClaims(
  { receipt, outputs, commitments }: ReceiptedOp,
  spec: InferenceSpec | null,
): Stage {
  const findings = [
    ...(outputs ? outputFindings(receipt, outputs) : []),
    ...(outputs ? commitmentFindings(receipt, commitments) : []),
    ...(spec ? specFindings(receipt, spec) : []),
  ];
  if (findings.length > 0) {
    return {
      name: 'claims',
      outcome: 'failed',
      detail: 'the receipt contradicts what it is about',
      findings,
    };
  }
  const seen = [
    outputs && `${outputs.length} outputs`,
    commitments && `${commitments.length} commitments`,
    spec && 'the spec',
  ].filter(Boolean);
  return seen.length === 0
    ? {
        name: 'claims',
        outcome: 'skipped',
        detail: 'there is neither a result nor a definition to compare with',
      }
    : { name: 'claims', outcome: 'passed', detail: `it agrees with ${seen.join(', ')}` };
}

function outputFindings(receipt: Receipt, outputs: readonly unknown[]): string[] {
  const findings: string[] = [];
  if (outputDigest(outputs) !== receipt.output_digest)
    findings.push('output_digest: the outputs have another');
  if (receipt.task !== 'text-generation') return findings;
  const parsed = outputs.flatMap((output) => TextGenerationOutput.safeParse(output).data ?? []);
  const counted = parsed.reduce((sum, { tokens }) => sum + tokens.completion, 0);
  if (counted !== receipt.tokens.completion) {
    findings.push(`tokens.completion: it bills ${receipt.tokens.completion}, the outputs have ${counted}`);
  }
  // Other engines do not tell which tokens they wrote.
  if (isClaimed(receipt)) return findings;
  parsed.forEach((output, index) => {
    const ids = [output, ...(output.others ?? [])].map(({ token_ids = [] }) => token_ids.length);
    const shown = ids.reduce((sum, length) => sum + length, 0);
    if (shown !== output.tokens.completion) {
      findings.push(
        `outputs[${index}].tokens.completion: ${output.tokens.completion}, but ${shown} token ids`,
      );
    }
  });
  return findings;
}

/** Whether another engine ran the model, of which the node can only say what it was told. */
export function isClaimed(receipt: Receipt): boolean {
  return receipt.schema === RECEIPT_SCHEMA_2 && receipt.attestation.model === 'claimed';
}

/** Who says that a text model ran here has seen its logits. */
function commitmentFindings(receipt: Receipt, commitments: readonly unknown[] | undefined): string[] {
  if (receipt.schema !== RECEIPT_SCHEMA_2) return [];
  const measured = !isClaimed(receipt) && receipt.task === 'text-generation';
  if (!receipt.commitment) return measured ? ['commitment: the receipt has none'] : [];
  if (!commitments) return ['commitments: the receipt names some, the result has none'];
  const parsed = InputCommitment.array().safeParse(commitments);
  if (!parsed.success) return ['commitments: they are not in the form of this version'];
  return commitmentDigest(parsed.data) === receipt.commitment.digest
    ? []
    : ['commitment.digest: the commitments have another'];
}

function specFindings(receipt: Receipt, spec: InferenceSpec): string[] {
  const findings: string[] = [];
  const differ = (field: string, said: unknown, asked: unknown) => {
    if (said !== asked) findings.push(`${field}: it says ${String(said)}, asked was ${String(asked)}`);
  };
  differ('spec_digest', receipt.spec_digest, canonicalDigest(spec));
  differ('model.name', receipt.model.name, spec.model);
  differ('task', receipt.task, spec.task);
  if (spec.precision !== undefined) differ('precision', receipt.precision, spec.precision);
  const asked = parametersOf(spec);
  differ('seed', receipt.seed, asked.seed);
  if (receipt.schema === RECEIPT_SCHEMA_2) {
    const said = { seed: receipt.seed, sampling: receipt.sampling, params: receipt.params };
    const text = (value: object) => canonicalJson(JSON.parse(JSON.stringify(value)));
    if (text(said) !== text(asked)) findings.push('sampling: it is not what the spec asks for');
  }
  return findings;
}
