/** A request that the faucet refuses; the message is for the one who asked. */
export class FaucetError extends Error {
  override readonly name = 'FaucetError';
}
