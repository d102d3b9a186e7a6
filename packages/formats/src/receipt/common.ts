import { z } from 'zod';

export const Count = z.int().min(0);
export const Milliseconds = z.number().min(0);
export const UnixSeconds = z.int().min(0);
export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');
export const Address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'expected a base58 address');
export const Text = z.string().max(500);
export const Signature = z.string().min(64).max(88);

/** The machine that a receipt speaks of. */
export const Hardware = z.looseObject({
  cpu_model: Text,
  logical_cores: z.int().min(1),
  memory_mb: Count,
  gpus: z.array(z.looseObject({ name: Text, memory_mb: Count })).max(64),
});

export const RuntimeFacts = z.looseObject({
  name: Text,
  version: Text,
  provider: Text,
  threads: z.int().min(1),
});
