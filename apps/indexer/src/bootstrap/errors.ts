/** An index cannot begin with the chain's accounts. */
export class BootstrapError extends Error {
  override readonly name = 'BootstrapError';
}
