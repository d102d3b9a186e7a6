import { parsedOrNull, readUtf8 } from '../encodings/data-reader.js';
import type { WireMessage } from '../encodings/transaction-wire.js';

const MEMO_PROGRAMS = new Set([
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
]);

/** The memos of a message as the RPC lists them, "[length] text" joined by "; "; null without any. */
export function memoOf(message: WireMessage): string | null {
  const memos = message.instructions.flatMap((instruction) =>
    MEMO_PROGRAMS.has(message.staticKeys[instruction.programIdIndex] ?? '')
      ? [`[${instruction.data.length}] ${memoText(instruction.data)}`]
      : [],
  );
  return memos.length === 0 ? null : memos.join('; ');
}

const memoText = (data: Uint8Array): string => parsedOrNull(() => readUtf8(data)) ?? '(unparsable)';
