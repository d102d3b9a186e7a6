import type { Address } from '@solana/kit';
import { SYSTEM_PROGRAM } from '../addresses/programs.js';

/**
 * Stand-ins in records whose beginning lies before the folded history. The system program's address is all zeros,
 * as is the digest: neither can be a real party, market or CID.
 */
export const UNKNOWN_ADDRESS: Address = SYSTEM_PROGRAM;
export const UNKNOWN_DIGEST = '0'.repeat(64);
