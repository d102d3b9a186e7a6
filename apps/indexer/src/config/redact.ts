/**
 * A URL as logs may show it: without account, password, query and fragment, and without path parts that look
 * like keys (RPC providers put them there).
 */
export function redactUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return '(not a URL)';
  }
  const path = parsed.pathname
    .split('/')
    .map((part) => (part.length >= 16 ? '***' : part))
    .join('/');
  return `${parsed.protocol}//${parsed.host}${path === '/' ? '' : path}`;
}
