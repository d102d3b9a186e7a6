import { Receipt2 } from '@inferscan/formats';

/** What a receipt of version 2 says beyond columns. */
export interface ReceiptDetails {
  /** What decides the last bits of an answer besides the schedule; null: unknown. */
  kernels: string | null;
  /** How prompts were cut and steps shared. */
  schedule: { chunk: number; shared: boolean } | null;
  /** What binds the node to the logits. */
  commitment: { scheme: string; digest: string } | null;
  inputs: number;
  /** Rows that shared a step, on average. */
  sharedBy: number;
  cached: number;
  /** Who answered the first inputs before, and from which one on. */
  resumed: { from: number; inputs: number; node: string }[];
  /** What another engine only told the node. */
  claimed: string[];
}

/** null for receipts of version 1. */
export function receiptDetails(receipt: unknown): ReceiptDetails | null {
  const { data } = Receipt2.safeParse(receipt);
  if (data === undefined) return null;
  const { schedule, commitment, attestation } = data;
  return {
    kernels: data.kernel_class,
    schedule: schedule === undefined ? null : { chunk: schedule.prefill_chunk, shared: schedule.shared },
    commitment: commitment === undefined ? null : { scheme: commitment.scheme, digest: commitment.digest },
    inputs: data.inputs,
    sharedBy: data.batch_mean,
    cached: data.tokens.cached,
    resumed: segments(data.resumed ?? []),
    claimed: Object.entries(attestation).flatMap(([group, how]) => (how === 'claimed' ? [group] : [])),
  };
}

function segments(resumed: NonNullable<Receipt2['resumed']>): ReceiptDetails['resumed'] {
  let from = 0;
  return resumed.map(({ inputs, node }) => {
    const segment = { from, inputs, node };
    from += inputs;
    return segment;
  });
}
