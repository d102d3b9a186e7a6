/** A sequence of tokens whose keys and values are kept. */
export interface Row {
  /** Tokens in the cache. */
  readonly length: number;
}

export interface StepInput<R extends Row = Row> {
  readonly row: R;
  /** Tokens to append; at least one. */
  readonly ids: readonly number[];
}

/** A token, and guesses of those behind it. */
export interface DraftedInput {
  readonly row: Row;
  readonly id: number;
  readonly draft: readonly number[];
}

export interface Verified {
  /** After the token, and after each that was drafted. */
  readonly logits: readonly Float32Array[];
  /** Appends the token and the first so many of those that were drafted; to be called once, or never. */
  keep(accepted: number): void;
}

/** Keys and values of a run of tokens, to be put into another row that holds the same tokens before them. */
export interface KvBlock {
  readonly tokens: number;
  readonly bytes: number;
  readonly tensors: readonly Float32Array[];
}

/** How a decoder may be used, and what a receipt says of it. */
export interface DecoderTraits {
  /** How the cache is kept. Other rules change the last bits of the logits. */
  readonly kvRule: string;
  /** Whether several rows may share a step: only where that changes no bit of any row's logits. */
  readonly shared: boolean;
  /** Where they may not: whether those may that are never computed alone. */
  readonly together?: true;
  /** Why the cache is not kept here, or why rows do not share steps. */
  readonly hindrance?: string;
}

export interface Decoder {
  readonly traits: DecoderTraits;
  /** The execution provider that runs it. */
  readonly provider: string;
  /** Tokens for which a row of this length has room. Rows share a step only where they have room for as many. */
  capacityOf(length: number): number;
  open(): Row;
  /** A second row with the same tokens. */
  fork(row: Row): Row;
  close(row: Row): void;
  /**
   * Appends tokens to each row and gives the logits after the last of them, in the order of the inputs.
   * @param width tokens that each row is given, those included that only fill it up
   * @param together gives a single row the bits that it would have in company, see `DecoderTraits.together`
   */
  step(inputs: readonly StepInput[], width: number, together?: boolean): Promise<Float32Array[]>;
  /**
   * Reads one token of each row and what is drafted behind it in one step: its logits have other last bits than those of single
   * tokens, but do not depend on who shares the step. Undefined where tokens cannot be taken back.
   * @param inputs with as many drafted tokens each
   */
  readonly verify?: (inputs: readonly DraftedInput[]) => Promise<Verified[]>;
  /** Takes the tokens behind the first so many back. Undefined as `verify` is. */
  readonly forget?: (row: Row, length: number) => void;
  /** The keys and values from token `from` to before `to`; undefined where rows cannot be cut. */
  cut(row: Row, from: number, to: number): KvBlock | undefined;
  /** Appends what was cut from another row. */
  paste(row: Row, block: KvBlock): void;
  release(): Promise<void>;
}
