import type { TokenLogprob, TokenLogprobs } from '@inferscan/inference';

const decoder = new TextDecoder();

/** Control tokens add nothing to a text: clients are shown their number. */
function tokenText({ id, bytes }: TokenLogprob): string {
  return bytes.length === 0 ? `token_id:${id}` : decoder.decode(Uint8Array.from(bytes));
}

function scored(token: TokenLogprob) {
  const { bytes, logprob } = token;
  return { token: tokenText(token), logprob, bytes: bytes.length === 0 ? null : [...bytes] };
}

/** Those of the text: control tokens, as the one that ends it, are no part of it. */
function ofText(tokens: readonly TokenLogprobs[]): TokenLogprobs[] {
  return tokens.filter(({ bytes }) => bytes.length > 0);
}

/** Log-probabilities as chat completions give them. */
export function chatLogprobs(tokens: readonly TokenLogprobs[]) {
  return {
    content: ofText(tokens).map((token) => ({ ...scored(token), top_logprobs: token.top.map(scored) })),
    refusal: null,
  };
}

/**
 * Log-probabilities as plain completions give them.
 * @param offset characters of the text before the first of these
 */
export function textLogprobs(tokens: readonly TokenLogprobs[], offset: number) {
  const shown = ofText(tokens);
  let at = offset;
  return {
    tokens: shown.map(tokenText),
    token_logprobs: shown.map(({ logprob }) => logprob),
    top_logprobs: shown.map(({ top }) =>
      Object.fromEntries(top.map((token) => [tokenText(token), token.logprob])),
    ),
    text_offset: shown.map((token) => {
      const begin = at;
      at += tokenText(token).length;
      return begin;
    }),
  };
}
