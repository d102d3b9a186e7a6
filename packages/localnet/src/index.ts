export { GENESIS_MARKETS, type GenesisMarket } from './genesis/markets.js';
export { createLocalnet, type Localnet, type LocalnetOptions } from './localnet.js';
export type { Log } from './log.js';
