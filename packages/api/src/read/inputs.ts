import { z } from 'zod';

/** A base58 address, as every filter and look-up takes it. */
export const AddressText = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'expected a base58 address of 32 to 44 characters');

export const SignatureText = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{64,88}$/, 'expected a base58 transaction signature');
