import { z } from 'zod';

import { Receipt1, UnsignedReceipt1 } from './version-1.js';
import { Receipt2, UnsignedReceipt2 } from './version-2.js';

/** A receipt of any version, without its signature. */
export const UnsignedReceipt = z.discriminatedUnion('schema', [UnsignedReceipt1, UnsignedReceipt2]);
export type UnsignedReceipt = z.infer<typeof UnsignedReceipt>;

/** A receipt with the node's base58 ed25519 signature over the canonical JSON of everything else. */
export const Receipt = z.discriminatedUnion('schema', [Receipt1, Receipt2]);
export type Receipt = z.infer<typeof Receipt>;
