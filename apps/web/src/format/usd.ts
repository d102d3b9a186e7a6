import { shortAmount } from './amount';

/** Micro-USD as people read them: $12.34, cut and not rounded; below a cent as many digits as there are. */
export function usdText(microUsd: bigint): string {
  const { digits } = shortAmount(microUsd, 2);
  return digits.startsWith('−') ? `−$${digits.slice(1)}` : `$${digits}`;
}
