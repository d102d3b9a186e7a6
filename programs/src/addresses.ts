/** Addresses that the programs are built with: those of the network's devnet deployment. */
export const JOBS_PROGRAM_ID = 'nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR';
export const NOS_MINT = 'devr1BGQndEW5k5zfvG5FsLyZv1Ap73vNgAHcQ9sUVP';
export const STAKING_PROGRAM_ID = 'nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE';
export const NODES_PROGRAM_ID = 'nosNeZR64wiEhQc5j251bsP4WqDabT6hmz4PHyoHLGD';
export const REWARDS_PROGRAM_ID = 'nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp';

/**
 * The key that may sign close_admin, quit_admin and clean_admin, and audit nodes, unless a binary is loaded with
 * another one. Its private key's seed is sha256 of MARKET_ADMIN_SEED_TEXT: it is a localnet's key and guards nothing of value.
 */
export const DEFAULT_MARKET_ADMIN = 'Haqp6FG9LqJS9e2EuaY4uVuwm7AqdExK4pgUrHzTriDX';
export const MARKET_ADMIN_SEED_TEXT = 'inferscan localnet market admin';
