import type { Completion, GenerationRequest, StreamedToken } from '@inferscan/inference';

import type { ParameterNames } from './api-error.js';

/** How one of OpenAI's ways of asking for text spells its answers. */
export interface Dialect {
  readonly idPrefix: string;
  readonly object: string;
  readonly chunkObject: string;
  /** What the engine's fields are called in requests. */
  readonly names: ParameterNames;
  choice(index: number, completion: Completion): unknown;
  /** Spells the pieces of one choice. */
  stream(index: number): ChoiceStream;
}

/** One choice while it is streamed. */
export interface ChoiceStream {
  /** Null where the piece shows nothing. */
  piece(token: StreamedToken): unknown;
  end(finishReason: Completion['finishReason']): unknown;
}

/** What a request comes to, once it is read. */
export interface TextRequest {
  readonly dialect: Dialect;
  readonly model: string;
  /** One for each prompt. */
  readonly requests: readonly GenerationRequest[];
  /** Choices for each prompt. */
  readonly n: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}
