import type { Receipt } from '@inferscan/formats';

import type { Answerers } from '../execution/committed-to.js';

/** Who answered which inputs, as a receipt says it. */
export function answerersOf(receipt: Receipt): Answerers {
  const { node, run, op } = receipt;
  const segments = receipt.schema === 'inferscan.receipt/2' ? (receipt.resumed ?? []) : [];
  return { node, run, op, segments };
}
