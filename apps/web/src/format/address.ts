/** First four … last four; texts too short to gain by it stay whole. */
export function shortAddress(address: string, lead = 4, tail = 4): string {
  return address.length <= lead + tail + 2 ? address : `${address.slice(0, lead)}…${address.slice(-tail)}`;
}

/** The only programs and keys that every page may meet; names replace addresses for people. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['11111111111111111111111111111111', 'System program'],
  ['TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', 'Token program'],
  ['nosJhNRqr2bc9g1nfGDcXXTXvYUmxD4cVwy2pMWhrYM', 'Jobs program'],
  ['nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR', 'Jobs program'],
  ['nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE', 'Staking program'],
  ['nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp', 'Rewards program'],
  ['nosNeZR64wiEhQc5j251bsP4WqDabT6hmz4PHyoHLGD', 'Nodes program'],
  ['nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7', 'NOS mint'],
  ['devr1BGQndEW5k5zfvG5FsLyZv1Ap73vNgAHcQ9sUVP', 'NOS mint'],
]);

export const knownName = (address: string): string | undefined => KNOWN.get(address);
