import type { Receipt } from '@inferscan/formats';

import type { CommittedTo } from '../execution/text-generation.js';

/** What the commitment of an input was made for: who answered it, which may have been another node before. */
export function committedTo(receipt: Receipt, input: number): CommittedTo {
  const { node, run, op } = receipt;
  let end = 0;
  for (const segment of segmentsOf(receipt)) {
    end += segment.inputs;
    if (input < end) return { node: segment.node, run: segment.run, op };
  }
  return { node, run, op };
}

function segmentsOf(receipt: Receipt): readonly { inputs: number; node: string; run: string | null }[] {
  return receipt.schema === 'inferscan.receipt/2' ? (receipt.resumed ?? []) : [];
}
