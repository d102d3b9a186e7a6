export type Outcome =
  | 'success'
  | 'failed'
  /** It ran until its timeout. */
  | 'expired'
  /** Stopped through its host before that. */
  | 'stopped'
  /** Ended on chain by its poster. */
  | 'ended'
  | 'quit'
  /** The host vanished. */
  | 'abandoned'
  | 'delisted'
  /** Closed by the network's administrator. */
  | 'removed'
  | 'unknown';

export type Fault = 'host' | 'user' | 'nobody' | 'unknown';

interface Reason {
  readonly outcome: Outcome;
  readonly fault: Fault;
  readonly sentence: string;
}

const reason = (outcome: Outcome, fault: Fault, sentence: string): Reason => ({ outcome, fault, sentence });

/** Every way in which a job comes to its end: what that is, whose fault, and the sentence that says so. */
export const REASONS = {
  // By the chain alone.
  running: reason('unknown', 'unknown', 'The job is not over.'),
  delisted: reason('delisted', 'nobody', 'The poster took the job back before it ran.'),
  closed_by_admin: reason('removed', 'nobody', 'An administrator of the network closed the job or its run.'),
  quit: reason('quit', 'host', 'The host gave the job up.'),
  host_gone: reason(
    'abandoned',
    'host',
    'The host let the job stand past its timeout and delivered nothing.',
  ),
  definition_not_found: reason(
    'abandoned',
    'user',
    'The host delivered nothing, and nobody can read the definition.',
  ),
  ended: reason('ended', 'nobody', 'The poster ended the job.'),
  ended_just_now: reason('ended', 'unknown', 'The poster ended the job; its host may still add the result.'),
  ended_without_result: reason(
    'ended',
    'host',
    'The poster ended the job, and its host never added a result.',
  ),
  ended_before_completion: reason(
    'ended',
    'unknown',
    'The poster ended the job at a time when hosts could not add a result to it.',
  ),

  // The document.
  result_unread: reason('unknown', 'unknown', 'The result has not been read yet.'),
  result_missing: reason('unknown', 'unknown', 'No gateway has the result.'),
  result_unreadable: reason('unknown', 'unknown', 'The result is not a document that can be read.'),
  result_of_old_format: reason('unknown', 'unknown', 'The result is in a format that hosts no longer write.'),
  result_not_a_flow: reason('unknown', 'unknown', 'The result is not in a format that hosts write.'),

  // Statuses under which nothing ran.
  definition_invalid: reason('failed', 'user', 'The definition is not valid.'),
  definition_refused: reason(
    'failed',
    'unknown',
    'The host did not run the job, though its definition is valid.',
  ),
  definition_unread: reason(
    'failed',
    'unknown',
    'The host did not run the job; its definition is not known.',
  ),
  picked_up_late: reason('failed', 'host', 'The host began when the time that was paid for was over.'),
  host_restarted: reason('failed', 'host', 'The host restarted and lost the job.'),
  plan_invalid: reason('failed', 'user', 'The order of the operations cannot be worked out.'),
  plan_unclear: reason('failed', 'unknown', 'The host could not begin, and does not say why.'),
  delivery_failed: reason('failed', 'user', 'The endpoint that should take the result did not.'),
  confidential: reason('unknown', 'unknown', 'What happened is between the poster and the host.'),
  no_operations: reason('unknown', 'unknown', 'The result names no operation.'),

  // Flags and stops.
  host_shut_down: reason('failed', 'host', 'The host shut down.'),
  host_failed: reason('failed', 'host', 'The host failed.'),
  service_expired: reason('expired', 'nobody', 'The service ran for all the time that was paid for.'),
  batch_expired: reason(
    'expired',
    'user',
    'The batch was not done when the time that was paid for was over.',
  ),
  expired_while_starting: reason('expired', 'unknown', 'The time was over before an operation had started.'),
  expired: reason('expired', 'unknown', 'The time was over; whether a service or a batch ran is not known.'),
  stopped_at_unknown_time: reason('stopped', 'unknown', 'The job was stopped; how long it ran is not known.'),
  stopped_early: reason('stopped', 'nobody', 'The job was stopped through its host.'),
  operation_stopped: reason('stopped', 'nobody', 'An operation was stopped through its host.'),
  never_healthy: reason('failed', 'user', 'An operation waited for another that never was healthy.'),
  never_healthy_here: reason(
    'failed',
    'host',
    'An operation waited for another that never was healthy, though it is on other nodes.',
  ),

  // Errors of operations.
  image_refused: reason('failed', 'user', 'The image does not exist or may not be pulled.'),
  image_rate_limited: reason('failed', 'nobody', 'The image registry limits how often it is asked.'),
  image_pull_failed: reason('failed', 'host', 'The host could not pull the image.'),
  image_pull_unclear: reason(
    'failed',
    'unknown',
    'The image could not be pulled, for a reason that is not clear.',
  ),
  command_invalid: reason(
    'failed',
    'user',
    'The container cannot start with the command or settings it was given.',
  ),
  container_start_failed: reason('failed', 'host', 'The host could not start the container.'),
  resource_refused: reason('failed', 'user', 'A resource does not exist or may not be read.'),
  resource_failed: reason('failed', 'host', 'The host could not get a resource, volume or network ready.'),
  request_invalid: reason('failed', 'user', 'The operation asks for something that cannot be done.'),
  inference_failed: reason('failed', 'host', 'The inference engine failed.'),
  unsupported_operation: reason('failed', 'unknown', 'The node does not run operations of this kind.'),
  literal_invalid: reason('failed', 'user', 'An operation refers to something that is not there.'),
  host_error: reason('failed', 'host', 'The host could not run an operation.'),
  error_unclear: reason('failed', 'unknown', 'An operation failed with an error that is not known.'),

  // Exit codes.
  out_of_memory: reason('failed', 'user', 'The container used more memory than there is.'),
  exit_code: reason('failed', 'user', 'The container exited with an error.'),
  killed: reason('failed', 'unknown', 'The container was killed; by whom is not known.'),
  exit_code_unclear: reason(
    'failed',
    'unknown',
    'Whether the container or its host exited with an error is not known.',
  ),
  failed_without_reason: reason('failed', 'unknown', 'An operation failed; why is not known.'),
  incomplete: reason('unknown', 'unknown', 'Not every operation ran to its end.'),
  completed: reason('success', 'nobody', 'Every operation ran to its end.'),
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof REASONS;

/** What could change an attribution: reading the result or the definition, finding the definition, the host adding a result, another node running the same. */
export type WaitsFor = 'result' | 'definition' | 'definition_found' | 'completion' | 'elsewhere';

/** Longest text taken over from a result. */
const MAX_DETAIL = 500;

/** A reason found for a job, before it is written out. */
export interface Verdict {
  readonly code: ReasonCode;
  /** What the result itself says, taken over into the sentence. */
  readonly detail?: string | undefined;
  readonly waitsFor?: WaitsFor | undefined;
}

/** The verdict's sentence, with what the result itself says. */
export function sentenceOf({ code, detail }: Verdict): string {
  const { sentence } = REASONS[code];
  const said = detail?.trim();
  if (said === undefined || said === '') return sentence;
  const short = said.length > MAX_DETAIL ? `${said.slice(0, MAX_DETAIL)}…` : said;
  return `${sentence.replace(/\.$/, '')}: ${short}`;
}
