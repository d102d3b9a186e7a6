import { canonicalDigest } from '@inferscan/formats';
import type { GenerationResult } from '@inferscan/inference';

/**
 * What a third party needs to get the same answer, besides the request. `system_fingerprint` changes when anything of it but the
 * seed does.
 */
export function provenanceOf(
  result: Pick<GenerationResult, 'model' | 'runtime' | 'seed'> & Partial<Pick<GenerationResult, 'schedule'>>,
) {
  const { model, runtime, schedule, seed } = result;
  const setting = {
    model_digest: model.digest,
    precision: model.precision,
    runtime,
    ...(schedule !== undefined && { schedule }),
  };
  return {
    system_fingerprint: `fp_${canonicalDigest(setting).slice(0, 12)}`,
    inferscan: { seed, ...setting },
  };
}
