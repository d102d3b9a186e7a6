import type { AccountEncoding, AccountView } from '../encodings/account.js';

/** How notifications show an account. Like a validator, they take a `dataSlice` and send the whole data all the same. */
export function notifiedView(
  config: { readonly encoding?: AccountEncoding | null | undefined } | null | undefined,
): AccountView {
  return { encoding: config?.encoding, tooLong: 'text' };
}
