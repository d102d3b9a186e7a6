/** Guesses how a text goes on. What it guesses depends on the text alone. */
export interface Drafter {
  /** The next token of the text. */
  saw(id: number): void;
  /** @param room no more tokens than these */
  draft(room: number): readonly number[] | Promise<readonly number[]>;
  close(): void;
}
