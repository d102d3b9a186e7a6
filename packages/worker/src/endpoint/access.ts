import { type EndpointTokenClaims, isEndpointTokenSignedBy, readEndpointToken } from '@inferscan/formats';

import { ApiError } from './api-error.js';

/** What a token lets its bearer do. */
export interface Grant {
  /**
   * Counts a request for an answer.
   * @throws ApiError 403 when the token's limits are reached
   */
  begin(): void;
  /** Counts what was written for it. */
  wrote(tokens: number): void;
}

/** Decides who may ask. */
export interface Access {
  /**
   * Takes the value of a request's `Authorization` header.
   * @throws ApiError 401 for what is no valid token of the poster, 403 for one that is for something else
   */
  check(authorization: string | undefined): Grant;
}

export interface JobAccessOptions {
  job: string;
  node: string;
  /** The address that posted the job: its tokens are taken, and no others. */
  project: string;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Verified tokens that are remembered: checking a signature takes longer than a first token may wait. */
const MAX_REMEMBERED = 1_000;
/** Tokens with limits that are counted for one job. */
const MAX_COUNTED = 100_000;

/** Lets in who has a token that the job's poster signed for this job on this node. */
export function createJobAccess(options: JobAccessOptions): Access {
  const { job, node, project, now = Date.now } = options;
  const verified = new Map<string, EndpointTokenClaims>();
  const counts = new Map<string, { requests: number; tokens: number }>();

  function claimsOf(token: string): EndpointTokenClaims {
    const known = verified.get(token);
    if (known !== undefined) return known;
    const reading = readEndpointToken(token);
    if (!reading.ok) throw notValid('invalid_api_key', `the token is not valid: ${reading.message}`);
    if (!isEndpointTokenSignedBy(reading, project)) {
      throw notValid('invalid_api_key', 'the token is not signed by the poster of the job');
    }
    const [oldest] = verified.keys();
    if (verified.size >= MAX_REMEMBERED && oldest !== undefined) verified.delete(oldest);
    verified.set(token, reading.claims);
    return reading.claims;
  }

  function countOf(claims: EndpointTokenClaims) {
    // Claims are canonical, so that one budget has one name.
    const name = JSON.stringify(claims);
    const found = counts.get(name);
    if (found !== undefined) return found;
    if (counts.size >= MAX_COUNTED) throw forbidden('token_limit_reached', 'too many tokens with limits');
    const fresh = { requests: 0, tokens: 0 };
    counts.set(name, fresh);
    return fresh;
  }

  return {
    check(authorization) {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) {
        throw notValid(
          'invalid_api_key',
          'this endpoint takes a token of the job’s poster: "Authorization: Bearer TOKEN"',
        );
      }
      const claims = claimsOf(token);
      if (claims.job !== job)
        throw forbidden('wrong_job', `the token is for the job ${claims.job}, this is ${job}`);
      if (claims.node !== node) {
        throw forbidden('wrong_node', `the token is for the node ${claims.node}, this is ${node}`);
      }
      if (claims.expires * 1000 <= now()) {
        throw notValid(
          'token_expired',
          `the token expired at ${new Date(claims.expires * 1000).toISOString()}`,
        );
      }
      return grantOf(claims);
    },
  };

  function grantOf(claims: EndpointTokenClaims): Grant {
    const { limits } = claims;
    if (limits === undefined) return { begin() {}, wrote() {} };
    return {
      begin() {
        const count = countOf(claims);
        const reached =
          count.requests >= (limits.requests ?? Number.POSITIVE_INFINITY) ||
          count.tokens >= (limits.completion_tokens ?? Number.POSITIVE_INFINITY);
        if (reached) {
          const used = `${count.requests} requests, ${count.tokens} tokens written`;
          throw forbidden('token_limit_reached', `the token has reached its limits: ${used}`);
        }
        count.requests += 1;
      },
      wrote(tokens) {
        countOf(claims).tokens += tokens;
      },
    };
  }
}

function notValid(code: string, message: string): ApiError {
  return new ApiError({ status: 401, type: 'invalid_request_error', code, message });
}

function forbidden(code: string, message: string): ApiError {
  return new ApiError({ status: 403, type: 'permission_error', code, message });
}
