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
    .map((part) => (isKey(part) ? '***' : part))
    .join('/');
  return `${parsed.protocol}//${parsed.host}${path === '/' ? '' : path}`;
}

/**
 * Text with every secret of the URL replaced by ***: servers repeat keys in what they say about them.
 */
export function redactText(text: string, url: string): string {
  return secretsOf(url).reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

const isKey = (part: string): boolean => part.length >= 16;

/** Shorter ones would blot out ordinary words. */
const MIN_SECRET = 4;

function secretsOf(url: string): string[] {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return [];
  }
  const { username, password, search, pathname, hash } = parsed;
  const parts = [
    username,
    password,
    ...pathname.split('/').filter(isKey),
    ...search.slice(1).split('&').map(queryValue),
    hash.slice(1),
    ...parsed.searchParams.values(),
  ];
  // The longest first: one may be part of another.
  return [...new Set([...parts, ...parts.map(decoded)])]
    .filter(({ length }) => length >= MIN_SECRET)
    .sort((left, right) => right.length - left.length);
}

/** A query's part as it stands in the URL; one without a name is a value. */
const queryValue = (pair: string): string => pair.slice(pair.indexOf('=') + 1);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
