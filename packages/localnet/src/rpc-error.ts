/** JSON-RPC's own error codes and those that Solana's validators add. */
export const RPC_CODES = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  preflightFailure: -32002,
  signatureVerification: -32003,
  blockNotAvailable: -32004,
  nodeUnhealthy: -32005,
  slotSkipped: -32007,
  longTermSlotSkipped: -32009,
  unsupportedTransactionVersion: -32015,
  minContextSlot: -32016,
} as const;

/** An error that the caller gets to see, with its JSON-RPC code. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** Parameters that a method cannot take, with exactly this message. */
export const refusedParams = (message: string): RpcError => new RpcError(RPC_CODES.invalidParams, message);

/** Parameters that a method cannot take. */
export const invalidParams = (message: string): RpcError => refusedParams(`Invalid params: ${message}`);
