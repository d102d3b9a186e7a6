/** Name of the wallet that this site brings for its localnet. */
export const LOCALNET_WALLET_NAME = 'Localnet wallet';
