export interface PolicyOptions {
  /** Fresh for every response, base64. */
  nonce: string;
  /** Addresses that the browser itself speaks to: the chain's RPC, its websocket, a faucet. */
  connect: readonly (string | undefined)[];
  /** Development tools of React and Next need eval and inline styles. */
  development: boolean;
}

/**
 * React hides parts of a streamed drawing with this one style attribute until they are in place;
 * it is sha256("display:none"), and no other style attribute is let through.
 */
const STREAMED_PART = "'sha256-aqNNdDLnnrDOnTNdkJpYlAxKVJtLt9CtFLklmInuUAE='";

/** The policy of every page: nothing runs, loads or connects but what is named here. */
export function contentSecurityPolicy({ nonce, connect, development }: PolicyOptions): string {
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'self'"],
    'script-src': [
      "'self'",
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...(development ? ["'unsafe-eval'"] : []),
    ],
    'style-src': ["'self'", development ? "'unsafe-inline'" : `'nonce-${nonce}'`],
    'style-src-attr': development ? ["'unsafe-inline'"] : ["'unsafe-hashes'", STREAMED_PART],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...origins(connect)],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ');
}

/** Origins of the addresses, each once, an http origin together with its websocket. What is no address is left out. */
function origins(addresses: readonly (string | undefined)[]): string[] {
  const found = new Set<string>();
  for (const address of addresses) {
    if (!address || !URL.canParse(address)) continue;
    const { protocol, host } = new URL(address);
    if (!/^(https?|wss?):$/.test(protocol)) continue;
    found.add(`${protocol}//${host}`);
    if (protocol.startsWith('http')) found.add(`${protocol.replace('http', 'ws')}//${host}`);
  }
  return [...found];
}
