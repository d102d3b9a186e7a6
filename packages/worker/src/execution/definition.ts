import { describeIssues, type JobDefinition, validateDefinition } from '@inferscan/formats';
import { type ContentClient, ContentError } from '@inferscan/storage/client';

import { backoffMs, pause } from '../chain/retry.js';
import type { JobFailure } from '../result/failure.js';

export type LoadedDefinition = { ok: true; definition: JobDefinition } | { ok: false; failure: JobFailure };

/**
 * Fetches a definition, verified against its CID, and validates it.
 * @throws the signal's reason when it aborts; anything wrong with the definition is returned
 */
export async function loadDefinition(
  content: Pick<ContentClient, 'fetchJson'>,
  cid: string,
  signal: AbortSignal,
  maxAttempts: number,
): Promise<LoadedDefinition> {
  const fetched = await fetchJson(content, cid, 'the job definition', signal, maxAttempts);
  if (!fetched.ok) return fetched;
  const checked = validateDefinition(fetched.value);
  if (checked.ok) return { ok: true, definition: checked.definition };
  return {
    ok: false,
    failure: {
      event: 'validation-error',
      message: `the job definition is not valid: ${describeIssues(checked.errors)}`,
      details: checked.errors,
    },
  };
}

/**
 * Fetches JSON by CID, trying again where that may help.
 * @param what names the document in the failure
 */
export async function fetchJson(
  content: Pick<ContentClient, 'fetchJson'>,
  cid: string,
  what: string,
  signal: AbortSignal,
  maxAttempts: number,
): Promise<{ ok: true; value: unknown } | { ok: false; failure: JobFailure }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { ok: true, value: await content.fetchJson(cid, { signal }) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof ContentError)) throw error;
      if (!error.retryable || attempt >= maxAttempts) {
        const tries = attempt === 1 ? '' : ` (${attempt} attempts)`;
        return {
          ok: false,
          failure: {
            event: 'resource-error',
            message: `${what} at ${cid} could not be read${tries}: ${describe(error)}`,
          },
        };
      }
      await pause(backoffMs(attempt, { baseMs: 500, capMs: 4_000 }), signal);
    }
  }
}

/** Results are public: what went wrong is said, the operator's gateway addresses are not. */
function describe(error: ContentError): string {
  switch (error.code) {
    case 'not_found':
      return 'nothing is there';
    case 'too_large':
      return 'it is too large';
    case 'timeout':
      return 'no gateway answered in time';
    case 'digest_mismatch':
      return 'what the gateways sent does not have that address';
    case 'not_json':
      return 'it is not JSON';
    case 'unreachable':
    case 'refused':
      return 'no gateway could be reached';
  }
}
