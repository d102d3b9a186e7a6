import { RequestRefused } from '../failures.js';

/** A place in a bucket. */
export interface BucketPlace {
  /** Of the bucket; keys follow it. Ends with a slash. */
  readonly root: string;
  /** A folder of keys or a key; empty: the whole bucket. */
  readonly key: string;
}

/** Hosts that have many buckets, each at a folder of its own. */
const SHARED_HOST =
  /^(?:s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?|storage\.googleapis\.com|[0-9a-f]{32}\.(?:[a-z]+\.)?r2\.cloudflarestorage\.com)$/;
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,62}$/i;

/**
 * Where an address may point to, the likeliest first: whether the bucket is part of the host or the first folder, an address does not
 * say.
 * @param bucket its name, where that is told apart from the address
 * @param path of the address in the definition, for errors
 * @throws RequestRefused
 */
export function bucketPlaces(
  address: string,
  bucket: string | undefined,
  region: string | undefined,
  path: string,
): BucketPlace[] {
  if (bucket !== undefined && !BUCKET.test(bucket)) {
    throw new RequestRefused(`${path}: expected the name of a bucket`);
  }
  const url = webAddress(address, region, path);
  const names = url.pathname
    .split('/')
    .filter((name) => name !== '')
    .map((name) => decoded(name, path));
  const isFolder = url.pathname.endsWith('/') && names.length > 0;
  const place = (root: readonly string[], key: readonly string[]): BucketPlace => ({
    root: [url.origin, ...root.map(encodeURIComponent), ''].join('/'),
    key: key.join('/') + (isFolder && key.length > 0 ? '/' : ''),
  });
  const [first, ...rest] = names;
  if (bucket !== undefined) {
    if (url.hostname.startsWith(`${bucket}.`)) return [place([], names)];
    return first === bucket ? [place([bucket], rest)] : [place([bucket], names)];
  }
  const ofHost = place([], names);
  if (first === undefined) return [ofHost];
  const ofFolder = place([first], rest);
  const isShared = SHARED_HOST.test(url.hostname) || url.port !== '';
  return isShared ? [ofFolder, ofHost] : [ofHost, ofFolder];
}

/** The address at which a bucket of AWS without one of its own is reached. */
export const awsAddress = (bucket: string, region: string | undefined): string =>
  `https://s3.${region === undefined ? '' : `${region}.`}amazonaws.com/${bucket}`;

/** @throws RequestRefused */
export function webAddress(address: string, region: string | undefined, path: string): URL {
  const [, bucket, key = ''] = /^s3:\/\/([^/?#]+)(\/[^?#]*)?$/i.exec(address) ?? [];
  if (bucket !== undefined) return webAddress(awsAddress(bucket, region) + key, region, path);
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RequestRefused(`${path}: expected an address with https://`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new RequestRefused(`${path}: expected an address without a login`);
  }
  return url;
}

function decoded(name: string, path: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new RequestRefused(`${path}: expected an address with https://`);
  }
}
