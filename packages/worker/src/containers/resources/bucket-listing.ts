/** One page of what a bucket has. */
export interface BucketPage {
  readonly objects: readonly { readonly key: string; readonly bytes: number; readonly etag?: string }[];
  /** With which the next page is asked for; null: this is the last. */
  readonly next: string | null;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads S3's answer to ListObjectsV2. It is flat, always of the same few elements, and comes from strangers: it is read from
 * one tag to the next, and nothing that it declares is followed.
 * @returns null where it is something else
 */
export function readBucketPage(xml: string): BucketPage | null {
  const result = inside(xml, 'ListBucketResult');
  if (result === null) return null;
  const isEncoded = textOf(result, 'EncodingType') === 'url';
  const plain = (text: string) => (isEncoded ? percentDecoded(text) : text);
  const objects = all(result, 'Contents').map((object) => {
    const etag = textOf(object, 'ETag');
    return {
      key: plain(textOf(object, 'Key') ?? ''),
      bytes: Number(textOf(object, 'Size') ?? Number.NaN),
      ...(etag !== null && { etag }),
    };
  });
  const isCut = textOf(result, 'IsTruncated') === 'true';
  return { objects, next: isCut ? textOf(result, 'NextContinuationToken') : null };
}

/** What is between the first such tag and the first that closes it; from a place on. */
function between(xml: string, name: string, from: number): { text: string; end: number } | null {
  const open = xml.slice(from).search(new RegExp(`<${name}[\\s>]`));
  if (open < 0) return null;
  const start = xml.indexOf('>', from + open);
  const close = start < 0 ? -1 : xml.indexOf(`</${name}>`, start);
  if (close < 0) return null;
  return { text: xml.slice(start + 1, close), end: close };
}

const inside = (xml: string, name: string): string | null => between(xml, name, 0)?.text ?? null;

function all(xml: string, name: string): string[] {
  const found: string[] = [];
  for (let one = between(xml, name, 0); one !== null; one = between(xml, name, one.end)) found.push(one.text);
  return found;
}

function textOf(xml: string, name: string): string | null {
  const text = inside(xml, name);
  if (text === null) return null;
  return text.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{1,4});/gi, (whole, entity: string) => {
    if (!entity.startsWith('#')) return ENTITIES[entity] ?? whole;
    const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** As forms are encoded, with + for a space. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
