/** The listing and the transactions disagree about where one is, or whether it is there: list again. */
export class StaleListingError extends Error {
  override readonly name = 'StaleListingError';
}
