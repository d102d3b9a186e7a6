export type RpcErrorCode =
  /** No answer: connection, time limit, or a status that says to try again. */
  | 'unavailable'
  /** The server asks for fewer requests. */
  | 'rate_limited'
  /** The server takes no batch, or none of this size. */
  | 'too_large'
  /** The node has not reached the slot that was asked about. */
  | 'behind'
  /** An answer that is not what the method promises. */
  | 'bad_answer'
  /** The server will never answer this: key, method or parameters are wrong. */
  | 'refused';

/** A failed call of a chain's RPC. The message never holds a whole URL: it may carry a key. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    readonly code: RpcErrorCode,
    message: string,
    options: ErrorOptions & {
      readonly retryAfterMs?: number | undefined;
      readonly rpcCode?: number | undefined;
    } = {},
  ) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
    this.rpcCode = options.rpcCode;
  }

  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** The code of the JSON-RPC error, where there was one. */
  readonly rpcCode: number | undefined;

  get retryable(): boolean {
    return this.code !== 'refused';
  }
}
