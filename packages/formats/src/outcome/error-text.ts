import type { ReasonCode } from './reasons.js';

/**
 * What container engines, registries and stores write, told apart by their words. A heuristic: the network's hosts pass
 * these texts on as they come. Patterns are without nested repetition, for texts come from strangers.
 */
const MAX_TEXT = 4_000;

/** Images that the host brings itself: if they fail, the job did not ask for them. */
const HELPER_IMAGE = /\bnosana\/(?:frpc?|remote-resource-helper|stats)\b/i;
const RATE_LIMIT = /toomanyrequests|too many requests|rate limit/i;
const NETWORK =
  /dial tcp|no such host|name resolution|EAI_AGAIN|ENOTFOUND|ECONN[A-Z]{3,9}|ETIMEDOUT|timed? ?out|deadline exceeded|connection (?:refused|reset|closed)|network is unreachable|socket hang up|unexpected EOF|tls handshake/i;
const DISK =
  /no space left|ENOSPC|disk quota|not enough (?:disk )?space|read-only file system|input\/output error/i;
const IMAGE_REFUSED =
  /denied|unauthori[sz]ed|authentication required|no basic auth|forbidden|manifest (?:unknown|invalid)|no matching manifest|not found|does not exist|name unknown|invalid reference|no such image/i;
const RESOURCE_REFUSED =
  /denied|unauthori[sz]ed|forbidden|not found|does not exist|no such (?:key|bucket|file|model|volume)|NoSuch(?:Key|Bucket)|InvalidAccessKeyId|SignatureDoesNotMatch|gated|invalid (?:token|credential)/i;
const GPU =
  /nvidia-container|nvidia-ctk|libnvidia|libcuda|nvml|\bcdi\b|could not select device driver|cuda (?:error|driver)|\bgpu (?:device|not|error)/i;
const COMMAND =
  /executable file|exec format error|no command specified|no such file or directory|permission denied|(?:not|is) a directory|working directory|unable to find user|invalid (?:argument|reference|mount|volume|environment|port|name)|unknown (?:flag|user)/i;
const HTTP_CODE = /\bHTTP (?:status )?code:? (\d{3})\b/i;

export interface ErrorText {
  readonly message: string;
  readonly code?: number | string | null | undefined;
}

/** The code of an error, or the one its text names. */
function httpCode({ message, code }: ErrorText): number | null {
  const given = Number(code);
  if (Number.isInteger(given) && given >= 100 && given <= 599) return given;
  const named = HTTP_CODE.exec(message)?.[1];
  return named === undefined ? null : Number(named);
}

const cut = (text: ErrorText): ErrorText => ({ ...text, message: text.message.slice(0, MAX_TEXT) });
const isRefusal = (code: number | null): boolean => code === 401 || code === 403 || code === 404;

/** Why an image could not be pulled. Engines wrap registries' answers in codes of their own, so words go first. */
export function imagePullReason(error: ErrorText): ReasonCode {
  const text = cut(error);
  const { message } = text;
  const code = httpCode(text);
  if (HELPER_IMAGE.test(message)) return 'image_pull_failed';
  if (code === 429 || RATE_LIMIT.test(message)) return 'image_rate_limited';
  if (DISK.test(message) || NETWORK.test(message)) return 'image_pull_failed';
  if (isRefusal(code) || IMAGE_REFUSED.test(message)) return 'image_refused';
  return code !== null && code >= 500 ? 'image_pull_failed' : 'image_pull_unclear';
}

/** Why a container did not start: the GPU and the engine are the host's, the command and its settings the user's. */
export function containerStartReason(error: ErrorText): ReasonCode {
  const { message } = cut(error);
  if (GPU.test(message) || DISK.test(message)) return 'container_start_failed';
  return COMMAND.test(message) ? 'command_invalid' : 'container_start_failed';
}

/** Why a resource, a volume or the network was not ready. */
export function resourceReason(error: ErrorText): ReasonCode {
  const text = cut(error);
  if (isRefusal(httpCode(text))) return 'resource_refused';
  if (NETWORK.test(text.message) || DISK.test(text.message)) return 'resource_failed';
  return RESOURCE_REFUSED.test(text.message) ? 'resource_refused' : 'resource_failed';
}

/** What failed on the host's side, where only a line of text tells. */
export function hostErrorReason(message: string): ReasonCode {
  const text = cut({ message });
  if (/pull|manifest|image/i.test(text.message)) {
    const reason = imagePullReason(text);
    return reason === 'image_pull_unclear' ? 'host_error' : reason;
  }
  if (/\boci\b|runtime|container|exec/i.test(text.message)) return containerStartReason(text);
  if (/resource|download|bucket|volume|network/i.test(text.message)) return resourceReason(text);
  return 'host_error';
}
