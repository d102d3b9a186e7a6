import { type Address, address } from '@solana/kit';

/** Programs of Solana itself that instructions of the network name. Same on every cluster. */
export const SYSTEM_PROGRAM: Address = address('11111111111111111111111111111111');
export const TOKEN_PROGRAM: Address = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
export const ASSOCIATED_TOKEN_PROGRAM: Address = address('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');
export const METADATA_PROGRAM: Address = address('metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s');
/** Accounts of the runtime that older programs let clients pass. */
export const RENT_SYSVAR: Address = address('SysvarRent111111111111111111111111111111111');
export const CLOCK_SYSVAR: Address = address('SysvarC1ock11111111111111111111111111111111');
