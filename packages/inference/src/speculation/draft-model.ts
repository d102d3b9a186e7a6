import { PREFILL_CHUNK } from '../generation/chunks.js';
import type { Decoder, Row } from '../generation/decoder.js';
import { argmax } from '../sampling/sampler.js';
import type { Drafter } from './drafter.js';

/** A model with the same tokens as the one that it guesses for, and quicker. */
export interface DraftModel {
  readonly decoder: Decoder;
  readonly contextTokens: number;
}

/**
 * Guesses that a text goes on with what another model finds most likely. That model reads the text on its own, never together with others.
 * @param text its first tokens
 * @param most tokens at a time
 */
export function createDraftModel(
  { decoder, contextTokens }: DraftModel,
  text: readonly number[],
  most: number,
): Drafter {
  const ids = [...text];
  /** The tokens that the model has read, of which the first `right` are those of the text. */
  const read: number[] = [];
  let right = 0;
  let row: Row | undefined;

  /**
   * Forgets what did not come true, and reads on in the text; the logits behind it, undefined where more of it is left to read: others
   * wait for their next token meanwhile.
   */
  async function catchUp(into: Row): Promise<Float32Array | undefined> {
    // The last token's logits are wanted, so that it is read again where it was read already.
    const from = Math.min(right, ids.length - 1);
    decoder.forget?.(into, from);
    read.length = from;
    const logits = await append(into, ids.slice(from, from + PREFILL_CHUNK));
    right = read.length;
    return right === ids.length ? logits : undefined;
  }

  async function append(into: Row, tokens: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    // Nobody shares its steps, so that they are never filled up.
    const [logits] = await decoder.step([{ row: into, ids: tokens }], tokens.length);
    read.push(...tokens);
    return (logits ?? new Float32Array(0)) as Float32Array<ArrayBuffer>;
  }

  return {
    saw(id) {
      if (right === ids.length && read[right] === id) right++;
      ids.push(id);
    },
    async draft(room) {
      const count = Math.min(most, room, contextTokens - ids.length);
      if (count < 1) return [];
      row ??= decoder.open();
      const logits = await catchUp(row);
      if (logits === undefined) return [];
      const drafted = [argmax(logits)];
      while (drafted.length < count) {
        drafted.push(argmax(await append(row, drafted.slice(-1))));
      }
      return drafted;
    },
    close() {
      if (row) decoder.close(row);
      row = undefined;
    },
  };
}
