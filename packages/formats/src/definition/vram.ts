import { z } from 'zod';

/** GiB: no card has more. Beyond, a bare number means MiB. */
const MOST_GB = 1_000;
const MB_PER_GB = 1_024;

const Amount = z.union([z.number(), z.string().max(40)]);

/**
 * The video memory that a definition asks for, in GiB: `required_vram` in `meta.system_requirements`, in
 * `meta.system_resources`, in `meta` itself or in an op's args, as a number or as a text like `24 GB`. The most counts.
 */
export function requiredVram(meta: unknown, args: readonly unknown[]): number | null {
  const places = [meta, member(meta, 'system_requirements'), member(meta, 'system_resources'), ...args];
  const amounts = places.flatMap((place) => gigabytes(member(place, 'required_vram')) ?? []);
  return amounts.length === 0 ? null : Math.max(...amounts);
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

function gigabytes(value: unknown): number | null {
  const parsed = Amount.safeParse(value);
  if (!parsed.success) return null;
  const [, digits, unit] = /^\s*(\d{1,9}(?:\.\d{1,6})?)\s*([mgt]i?b?)?\s*$/i.exec(String(parsed.data)) ?? [];
  if (digits === undefined) return null;
  const amount = Number(digits);
  const inGb = { m: amount / MB_PER_GB, g: amount, t: amount * MB_PER_GB }[
    unit?.[0]?.toLowerCase() ?? (amount > MOST_GB ? 'm' : 'g')
  ];
  return inGb !== undefined && inGb > 0 && inGb <= MOST_GB ? inGb : null;
}
