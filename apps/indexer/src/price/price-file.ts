import { readFile, stat } from 'node:fs/promises';

import { z } from 'zod';

import { microUsd } from './micro-usd.js';
import { type Price, PriceError, type PriceSource } from './price-source.js';

const MAX_BYTES = 256 * 1024 * 1024;

const Entries = z.array(z.strictObject({ at: z.union([z.int(), z.string()]), usd: z.string() }));

/**
 * Prices in a file, read again whenever it changes: `at,usd` in each line (CSV, with or without that header), or JSON,
 * `[{"at": …, "usd": "0.35"}]`. Times are Unix seconds, or ISO 8601 with a zone.
 */
export function createPriceFile(path: string): PriceSource {
  let seen = '';
  return {
    name: 'file',
    past: null,
    async latest(signal) {
      try {
        const { mtimeMs, size } = await stat(path);
        const version = `${mtimeMs} ${size}`;
        if (version === seen) return [];
        if (size > MAX_BYTES) throw new PriceError(`the file of prices has more than ${MAX_BYTES} bytes`);
        const prices = parsePrices(await readFile(path, { encoding: 'utf8', signal }));
        seen = version;
        return prices;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof PriceError) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw new PriceError(`the file of prices cannot be read: ${reason}`, { cause: error });
      }
    },
  };
}

/** @throws PriceError naming the first entry that is wrong: half a file is not taken */
export function parsePrices(text: string): Price[] {
  return /^\s*\[/.test(text) ? parseJson(text) : parseCsv(text);
}

function parseJson(text: string): Price[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PriceError('the file of prices is no JSON');
  }
  const entries = Entries.safeParse(json);
  if (!entries.success) throw new PriceError(`the file of prices: ${z.prettifyError(entries.error)}`);
  return entries.data.map(({ at, usd }, index) => priceOf(String(at), usd, `entry ${index + 1}`));
}

function parseCsv(text: string): Price[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '' || (index === 0 && /^\uFEFF?\s*at\s*,\s*usd\s*$/i.test(line))) return [];
    const [at = '', usd = '', ...rest] = line.split(',');
    if (rest.length > 0)
      throw new PriceError(`the file of prices: line ${index + 1} has more than two fields`);
    return [priceOf(at, usd, `line ${index + 1}`)];
  });
}

function priceOf(atText: string, usdText: string, where: string): Price {
  const at = secondsOf(atText.trim());
  const usdMicro = microUsd(usdText);
  if (at === null) throw new PriceError(`the file of prices: ${where}: ${JSON.stringify(atText)} is no time`);
  if (usdMicro === null)
    throw new PriceError(`the file of prices: ${where}: ${JSON.stringify(usdText)} is no price`);
  return { at, usdMicro };
}

/** Times without a zone would be those of whoever runs this: they are refused. */
function secondsOf(text: string): bigint | null {
  if (/^\d{1,11}$/.test(text)) return BigInt(text);
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) || milliseconds < 0 ? null : BigInt(Math.floor(milliseconds / 1_000));
}
