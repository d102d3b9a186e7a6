import type { SourceBatch } from './chain-source.js';

/** A batch whose source keeps what the RPC answered, one answer for each transaction, for an archive. */
export interface AnsweredBatch extends SourceBatch {
  readonly answers: readonly unknown[];
}

export const hasAnswers = (batch: SourceBatch): batch is AnsweredBatch => 'answers' in batch;
