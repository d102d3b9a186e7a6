import { AwsV4Signer } from 'aws4fetch';

import { RequestRefused, ResourceFailed } from '../failures.js';
import { awsAddress, type BucketPlace, bucketPlaces, webAddress } from './bucket-address.js';
import { type BucketPage, readBucketPage } from './bucket-listing.js';
import { MOST_FILES } from './file-names.js';
import type { FileDigest, Listing, OpenedFile, SourceFile } from './listing.js';
import type { ResourceRequest } from './resource-args.js';
import {
  askSource,
  bodyOf,
  encodePath,
  firstByteOf,
  rangeFrom,
  type SourceAccess,
  shortText,
} from './source-request.js';

type BucketResource = Extract<ResourceRequest['resource'], { type: 'S3' }>;
type Keys = NonNullable<BucketResource['IAM']>;

/** One address of a resource, with what is wanted of it. */
interface Part {
  readonly address: string;
  readonly bucket?: string | undefined;
  /** Those that are named; none: all there are. */
  readonly files: readonly string[];
  readonly path: string;
}

const MAX_PARTS = 32;
/** Each is asked for by itself. */
const MAX_NAMED_FILES = 1_000;
const MAX_PAGES = 1_000;
const MAX_PAGE_BYTES = 4 * 2 ** 20;

/** What buckets that speak S3 have of a resource: keys below its address, or single files. */
export async function listBuckets(
  access: SourceAccess,
  resource: BucketResource,
  path: string,
  signal: AbortSignal,
): Promise<Listing> {
  const { IAM } = resource;
  const source = { access, path, region: IAM?.REGION, sign: IAM && signerOf(IAM, path) };
  const files: SourceFile[] = [];
  const names: string[] = [];
  const secrets: string[] = IAM ? [IAM.ACCESS_KEY_ID, IAM.SECRET_ACCESS_KEY] : [];
  for (const part of partsOf(resource, path)) {
    const url = webAddress(part.address, IAM?.REGION, part.path);
    names.push(`${url.origin}${url.pathname}`);
    if (url.search !== '' && !IAM) {
      // It may be signed: it stands for one file, and is a secret.
      if (part.files.length > 0)
        throw new RequestRefused(`${part.path}: an address with a query is of one file`);
      secrets.push(url.search);
      files.push(await probe(source, url, lastName(url), signal));
    } else {
      files.push(...(await listPart(source, part, signal)));
    }
    if (files.length > MOST_FILES) break;
  }
  return { name: names.join(' '), files, credential: secrets.length > 0 ? secrets.join('\n') : null };
}

function partsOf(resource: BucketResource, path: string): Part[] {
  const { url } = resource;
  const files = ('files' in resource && resource.files) || [];
  const bucket = 'bucket' in resource ? resource.bucket : undefined;
  const buckets = 'buckets' in resource ? resource.buckets : undefined;
  if (buckets !== undefined && url === undefined) {
    if (buckets.length > MAX_PARTS) throw new RequestRefused(`${path}.buckets: more than ${MAX_PARTS}`);
    return buckets.map((one, index) => ({
      address: one.url,
      files: one.files ?? [],
      path: `${path}.buckets[${index}].url`,
    }));
  }
  if (url !== undefined) return [{ address: url, bucket, files, path: `${path}.url` }];
  if (bucket === undefined) throw new RequestRefused(`${path}: expected url, bucket or buckets`);
  // A name alone is of AWS.
  const address = bucket.includes('://') ? bucket : awsAddress(bucket, resource.IAM?.REGION);
  return [{ address, files, path: `${path}.bucket` }];
}

interface BucketSource {
  readonly access: SourceAccess;
  readonly path: string;
  readonly region: string | undefined;
  readonly sign: ReturnType<typeof signerOf> | undefined;
}

async function listPart(source: BucketSource, part: Part, signal: AbortSignal): Promise<SourceFile[]> {
  const places = bucketPlaces(part.address, part.bucket, source.region, part.path);
  const [likeliest] = places;
  if (likeliest === undefined) return [];
  const objectAt = ({ root, key }: BucketPlace, name = '') => {
    const folder = name === '' ? key : key === '' || key.endsWith('/') ? `${key}${name}` : `${key}/${name}`;
    return new URL(root + encodePath(folder));
  };
  if (part.files.length > 0) {
    if (part.files.length > MAX_NAMED_FILES) {
      throw new RequestRefused(`${part.path}: more than ${MAX_NAMED_FILES} files are named`);
    }
    const named: SourceFile[] = [];
    for (const name of part.files) named.push(await probe(source, objectAt(likeliest, name), name, signal));
    return named;
  }
  for (const place of places) {
    const found = await keysBelow(source, place, signal);
    if (found === null || found.length === 0) continue;
    return found.map((object) => fileOf(source, objectAt({ ...place, key: '' }, object.key), object));
  }
  // No folder, or one that may not be listed: a file of this name may be had all the same.
  const url = objectAt(likeliest);
  if (likeliest.key === '' || likeliest.key.endsWith('/')) {
    throw new ResourceFailed(`${part.path}: nothing is listed there`, 404);
  }
  return [await probe(source, url, lastName(url), signal)];
}

type Found = BucketPage['objects'][number] & { readonly path: string };

/** The objects in a folder, named from it; null where it cannot be listed. */
async function keysBelow(
  source: BucketSource,
  { root, key }: BucketPlace,
  signal: AbortSignal,
): Promise<Found[] | null> {
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
  const found: Found[] = [];
  let next: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const url = new URL(root);
    url.searchParams.set('list-type', '2');
    url.searchParams.set('encoding-type', 'url');
    url.searchParams.set('prefix', prefix);
    if (next !== null) url.searchParams.set('continuation-token', next);
    const listed = await askForPage(source, url, signal);
    if (listed === null) return null;
    for (const object of listed.objects) {
      const path = object.key.slice(prefix.length);
      // Folders are objects of no length in some tools.
      if (!object.key.startsWith(prefix) || path === '' || path.endsWith('/')) continue;
      found.push({ ...object, path });
    }
    if (listed.next === null || found.length > MOST_FILES) return found;
    next = listed.next;
  }
  throw new RequestRefused(`${source.path}: its list has more than ${MAX_PAGES} pages`);
}

async function askForPage(
  { access, path, sign }: BucketSource,
  url: URL,
  signal: AbortSignal,
): Promise<BucketPage | null> {
  try {
    const answer = await askSource(access, { url, path, sign }, signal);
    return readBucketPage(await shortText(answer, MAX_PAGE_BYTES, path));
  } catch (error) {
    const isRefused = error instanceof ResourceFailed && [401, 403, 404].includes(error.status ?? 0);
    if (isRefused || error instanceof RequestRefused) return null;
    throw error;
  }
}

/** Asks for a file to see how large it is, and reads nothing of it. */
async function probe(source: BucketSource, url: URL, path: string, signal: AbortSignal): Promise<SourceFile> {
  const answer = await askForFile(source, url, 0, signal);
  await answer.body?.cancel();
  const length = answer.headers.get('content-length');
  const etag = answer.headers.get('etag');
  const object = {
    path,
    bytes: length === null ? Number.NaN : Number(length),
    ...(etag !== null && { etag }),
  };
  return fileOf(source, url, object);
}

function fileOf(source: BucketSource, url: URL, object: Omit<Found, 'key'>): SourceFile {
  const { path, bytes, etag } = object;
  return {
    path,
    bytes,
    ...(etag !== undefined && { version: etag }),
    async open(from, signal): Promise<OpenedFile> {
      const answer = await askForFile(source, url, from, signal);
      const now = answer.headers.get('etag');
      if (etag !== undefined && now !== null && now !== etag) {
        await answer.body?.cancel();
        throw new ResourceFailed(`${source.path}: ${path} changed while it was fetched`);
      }
      return { body: bodyOf(answer), from: firstByteOf(answer), digest: checksumOf(answer) };
    },
  };
}

function askForFile({ access, path, sign }: BucketSource, url: URL, from: number, signal: AbortSignal) {
  const headers = { ...rangeFrom(from), ...(from === 0 && { 'x-amz-checksum-mode': 'ENABLED' }) };
  return askSource(access, { url, headers, path, sign }, signal);
}

/** Of the whole object, where it was stored with one. An entity tag is not always a digest. */
function checksumOf({ headers }: Response): FileDigest | undefined {
  const written = headers.get('x-amz-checksum-sha256') ?? '';
  if (!/^[\w+/]{43}=$/.test(written) || headers.get('x-amz-checksum-type') === 'COMPOSITE') return undefined;
  return { kind: 'sha256', hex: Buffer.from(written, 'base64').toString('hex') };
}

/** Signs requests with AWS' signature, version 4. @throws RequestRefused for keys that are none */
function signerOf({ REGION, ACCESS_KEY_ID, SECRET_ACCESS_KEY }: Keys, path: string) {
  for (const [name, value] of Object.entries({ REGION, ACCESS_KEY_ID, SECRET_ACCESS_KEY })) {
    if (!/^[\x21-\x7e]{1,200}$/.test(value))
      throw new RequestRefused(`${path}.IAM.${name}: expected a key of S3`);
  }
  return async (url: URL, headers: Readonly<Record<string, string>>): Promise<Headers> => {
    const signer = new AwsV4Signer({
      url: url.href,
      headers: { ...headers },
      accessKeyId: ACCESS_KEY_ID,
      secretAccessKey: SECRET_ACCESS_KEY,
      region: REGION,
      service: 's3',
    });
    return (await signer.sign()).headers;
  };
}

function lastName({ pathname }: URL): string {
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
