export type { AccountState } from './chain/types.js';
export type { Airdrop } from './faucet/faucet.js';
export { GENESIS_MARKETS, type GenesisMarket } from './genesis/markets.js';
export { createLocalnet } from './localnet.js';
export type { Log } from './log.js';
export type { Localnet, LocalnetOptions } from './options.js';
