import type { Airdrop } from '../faucet/faucet.js';
import { address } from '../rpc/params.js';
import { UsageError } from './usage-error.js';

const SOL_DECIMALS = 9;
const NOS_DECIMALS = 6;

/**
 * Reads `ADDRESS=SOL` or `ADDRESS=SOL,NOS`, amounts in decimal notation.
 *
 * @throws UsageError when it is neither.
 */
export function readAirdropOption(text: string): Airdrop {
  const [to = '', amounts = '', ...more] = text.split('=');
  const [sol = '', nos = '0', ...others] = amounts.split(',');
  const lamports = baseUnits(sol, SOL_DECIMALS);
  const nosUnits = baseUnits(nos, NOS_DECIMALS);
  const whole = more.length === 0 && others.length === 0 && address.safeParse(to).success;
  if (!whole || lamports === null || nosUnits === null) {
    throw new UsageError(
      `--airdrop takes ADDRESS=SOL,NOS, for example ADDRESS=10,500 or ADDRESS=0.5, with at most ${SOL_DECIMALS} and ${NOS_DECIMALS} decimals, not "${text}"`,
    );
  }
  return { to, lamports, nos: nosUnits };
}

/** A decimal number in units of 10^-decimals; null when it is none or has more decimals. */
function baseUnits(text: string, decimals: number): bigint | null {
  const found = /^(\d{1,10})(?:\.(\d+))?$/.exec(text);
  const fraction = found?.[2] ?? '';
  if (found === null || fraction.length > decimals) return null;
  return BigInt(`${found[1]}${fraction.padEnd(decimals, '0')}`);
}
