import { networkConfig } from '@inferscan/protocol';

/** The network of whose devnet build the localnet is a copy. */
export const NETWORK = networkConfig('localnet');
