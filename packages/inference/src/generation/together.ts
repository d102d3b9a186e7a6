import type { ValidRequest } from '../request.js';
import type { DecoderTraits } from './decoder.js';

/** A row that belongs to nobody: a token of no matter which id, with nothing before it. */
export const IDLE_IDS: readonly number[] = [0];

/** What keeps a row from being computed alone; undefined where nothing has to. */
export type Companion = 'idle row' | 'place twice';

/**
 * Products of a single row are other kernels, on some processors, than those of several: a row that shall have the bits that it has in
 * company needs some when nobody is there. Where it has several tokens only the logits are a product of one row: they are asked twice.
 * @param width tokens of the step
 * @param every whether logits are asked for every token
 */
export function companionOf(rows: number, width: number, every: boolean): Companion | undefined {
  if (rows !== 1 || every) return undefined;
  return width === 1 ? 'idle row' : 'place twice';
}

/** Whether a request shares steps with others, and whether only as it is never computed alone. */
export interface RequestSharing {
  readonly shared: boolean;
  readonly together?: true;
}

/** Several completions are company for each other, so that they go together unless the request says otherwise. */
export function sharingOf(
  { shared, together }: Pick<DecoderTraits, 'shared' | 'together'>,
  request: Pick<ValidRequest, 'n' | 'together'>,
): RequestSharing {
  if (shared || !together) return { shared };
  return (request.together ?? request.n > 1) ? { shared: true, together } : { shared };
}
