/** Where a transaction or its preparation stopped. */
export type Stage = 'storing' | 'signing' | 'sending' | 'confirming';

/** An error as people can act on it. */
export interface Explained {
  title: string;
  detail: string | null;
  /** 'fund': a faucet or a deposit helps; 'retry': the same press may work now. */
  remedy: 'fund' | 'retry' | null;
}

/** An error with the stage at which it happened. */
export class StageError extends Error {
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super(`failed while ${stage}`, { cause });
    this.name = 'StageError';
    this.stage = stage;
  }
}

/** What an error of launching or stopping a job means. */
export function explainError(error: unknown, rpcUrl: string): Explained {
  const stage = error instanceof StageError ? error.stage : null;
  const cause = error instanceof StageError ? error.cause : error;
  const chain = [...causes(cause)];
  const logs = chain.flatMap(logsOf);
  const text = chain.map((link) => link.message).join('\n');

  if (named(chain, 'TransactionExpired')) {
    return {
      title: 'The chain did not take the transaction in time.',
      detail: 'It can no longer happen, and nothing was paid.',
      remedy: 'retry',
    };
  }
  if (chain.some(isRejection)) {
    return { title: 'You did not sign.', detail: 'Nothing was sent and nothing was paid.', remedy: 'retry' };
  }
  const anchor = anchorMessage(logs);
  if (lacksTokens(logs)) {
    return { title: 'Not enough NOS for the escrow.', detail: 'Nothing was paid.', remedy: 'fund' };
  }
  if (lacksSol(logs, text)) {
    return { title: 'Not enough SOL for fees and rent.', detail: 'Nothing was paid.', remedy: 'fund' };
  }
  if (anchor !== null) {
    return {
      title: 'The jobs program refused.',
      detail: `${anchor} The network may have moved on; read the page again.`,
      remedy: 'retry',
    };
  }
  if (isUnreachable(chain)) {
    return stage === 'storing'
      ? {
          title: 'The site’s server does not answer.',
          detail: 'Nothing was signed or paid.',
          remedy: 'retry',
        }
      : {
          title: 'The chain’s RPC does not answer.',
          detail: `${originOf(rpcUrl)} could not be reached.${stage === 'confirming' ? ' The transaction may still happen: look at your jobs before you try again.' : ' Nothing was paid.'}`,
          remedy: 'retry',
        };
  }
  if (named(chain, 'TransactionFailed')) {
    return { title: 'The transaction failed on chain.', detail: 'Only its fee was paid.', remedy: 'retry' };
  }
  const first = chain[0]?.message.trim() ?? '';
  const shown = first === '' ? null : first.slice(0, 300);
  return stage === 'storing'
    ? { title: 'The definition was not stored.', detail: shown, remedy: 'retry' }
    : { title: 'That did not work.', detail: shown, remedy: 'retry' };
}

interface Link {
  name: string;
  message: string;
  value: object;
}

/** An error and its causes, at most eight. */
function* causes(error: unknown): Generator<Link> {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth += 1) {
    const { name, message, cause } = current as { name?: unknown; message?: unknown; cause?: unknown };
    yield { name: String(name ?? ''), message: String(message ?? ''), value: current };
    current = cause;
  }
}

const named = (chain: readonly Link[], name: string): boolean => chain.some((link) => link.name === name);

function logsOf({ value }: Link): string[] {
  const context = 'context' in value ? value.context : undefined;
  if (typeof context !== 'object' || context === null || !('logs' in context)) return [];
  return Array.isArray(context.logs) ? context.logs.filter((line) => typeof line === 'string') : [];
}

/** The Wallet Standard names no error for it: wallets use code 4001 or say so. */
function isRejection({ value, message }: Link): boolean {
  return (
    ('code' in value && value.code === 4001) ||
    /user (rejected|denied|cancel)|rejected the request/i.test(message)
  );
}

const lacksTokens = (logs: readonly string[]): boolean =>
  logs.some((line) => /Error: insufficient funds/i.test(line));

const lacksSol = (logs: readonly string[], text: string): boolean =>
  logs.some((line) => /insufficient lamports/i.test(line)) ||
  /no record of a prior credit|insufficient funds for (fee|rent)|InsufficientFundsFor/i.test(text);

function anchorMessage(logs: readonly string[]): string | null {
  for (const line of logs) {
    const match = /Error Message: (.+?)\.?$/.exec(line);
    if (match?.[1] !== undefined) return `${match[1]}.`;
  }
  return null;
}

const isUnreachable = (chain: readonly Link[]): boolean =>
  chain.some(
    ({ name, message }) =>
      (name === 'TypeError' && /fetch|network|load failed/i.test(message)) || /Failed to fetch/.test(message),
  );

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'It';
}
