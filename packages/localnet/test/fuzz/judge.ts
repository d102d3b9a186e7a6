import { RPC_CODES } from '../../src/rpc-error.js';
import type { FuzzCall } from './calls.js';

/** Why an answer is not one that a client may get; null when it is. */
export type Verdict = string | null;

const { internal: _internal, ...SENSIBLE } = RPC_CODES;
const SENSIBLE_CODES: ReadonlySet<number> = new Set(Object.values(SENSIBLE));

/** What a request must be answered with. */
export type Expectation =
  /** A result, or an error that says what is wrong. */
  | 'answer'
  /** A result: the request is a right one. */
  | 'result'
  /** An error with this code. */
  | { readonly code: number };

/** One JSON-RPC request of a body, as the judge needs to know it. */
export interface Asked {
  /** Undefined when the request has no usable id: the answer then says null. */
  readonly id: string | number | null;
  readonly expect: Expectation;
  readonly call: FuzzCall | null;
}

/** How often each method gave a result: a fuzzer whose calls are all refused has tried nothing. */
export type Tally = Map<string, number>;

/** Judges one JSON-RPC answer. */
export function judge(answer: unknown, { id, expect, call }: Asked, tally?: Tally): Verdict {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return 'it is no object';
  if (!('jsonrpc' in answer) || answer.jsonrpc !== '2.0') return 'it does not say jsonrpc 2.0';
  if (!('id' in answer) || answer.id !== id) return `its id is not ${JSON.stringify(id)}`;
  const hasResult = 'result' in answer;
  if (!('error' in answer)) {
    if (!hasResult) return 'it has neither result nor error';
    if (call !== null) tally?.set(call.method, (tally.get(call.method) ?? 0) + 1);
    return typeof expect === 'object' ? `it has a result instead of error ${expect.code}` : null;
  }
  if (hasResult) return 'it has both result and error';
  const { error } = answer;
  if (typeof error !== 'object' || error === null) return 'its error is no object';
  if (!('message' in error) || typeof error.message !== 'string' || error.message === '') {
    return 'its error has no message';
  }
  if (!('code' in error) || typeof error.code !== 'number') return 'its error has no code';
  if (!SENSIBLE_CODES.has(error.code)) return `its error code ${error.code} is not a sensible one`;
  if (expect === 'result') return `a right request got error ${error.code}: ${error.message}`;
  return typeof expect === 'object' && expect.code !== error.code
    ? `its error code is ${error.code} and not ${expect.code}`
    : null;
}

/** Judges the text of an HTTP answer to requests that are answered one by one, in order. */
export function judgeText(text: string, asked: readonly Asked[] | Asked, tally?: Tally): Verdict {
  let answers: unknown;
  try {
    answers = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isList(asked)) return judge(answers, asked, tally);
  if (!Array.isArray(answers)) return 'it is no list';
  if (answers.length !== asked.length) return `it has ${answers.length} answers, not ${asked.length}`;
  for (const [position, one] of asked.entries()) {
    const verdict = judge(answers[position], one, tally);
    if (verdict !== null) return `answer ${position} to ${describeCall(one.call)}: ${verdict}`;
  }
  return null;
}

/** A call in a few words, for a message about it. */
export function describeCall(call: FuzzCall | null): string {
  return call === null
    ? 'something that is no call'
    : `${call.method} ${JSON.stringify(call.params)}`.slice(0, 600);
}

const isList = (asked: readonly Asked[] | Asked): asked is readonly Asked[] => Array.isArray(asked);
