import type { PriceConfig } from '../config/environment.js';
import { createCoingecko } from './coingecko.js';
import { createPriceFile } from './price-file.js';
import type { PriceSource } from './price-source.js';

/** The source of prices that the configuration names. */
export function createPriceSource(config: PriceConfig): PriceSource {
  return config.source === 'file' ? createPriceFile(config.path) : createCoingecko(config);
}
