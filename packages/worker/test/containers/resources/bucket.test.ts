import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type ContainerEngine, connectEngine } from '../../../src/containers/engine.js';
import { bucketPlaces } from '../../../src/containers/resources/bucket-address.js';
import { readBucketPage } from '../../../src/containers/resources/bucket-listing.js';
import type { ResourceStore } from '../../../src/containers/resources/job-resources.js';
import { allIsWell, startPretender } from '../pretender.js';
import { definitionOf, runJob } from '../run-job.js';
import type { Source } from './source.js';
import { type BucketContent, startBuckets } from './stand-in-bucket.js';
import { faultOf, openStore, unpacked } from './support.js';

const OBJECTS = new Map([
  ['models/a.bin', Buffer.from('first')],
  ['models/sub/b c+d&é.txt', Buffer.from('second')],
  ['models/sub/', Buffer.alloc(0)],
  ['models/z%20.txt', Buffer.from('third')],
  ['models-of-others/x', Buffer.from('no')],
  ['single', Buffer.from('one')],
]);
const BELOW_MODELS = { 'a.bin': 'first', 'sub/b c+d&é.txt': 'second', 'z%20.txt': 'third' };

let dir: string;
let buckets: Source;
let content: BucketContent;
let pretender: Awaited<ReturnType<typeof startPretender>>;
let engine: ContainerEngine;
let store: ResourceStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inferscan-resources-'));
  content = { objects: OBJECTS };
  buckets = await startBuckets((name) => (name === 'acme' ? content : undefined));
  pretender = await startPretender({}, allIsWell);
  engine = await connectEngine(pretender.socket, {});
  store = openStore(engine, dir, {});
});
afterEach(async () => {
  await store.close();
  await pretender.close();
  await buckets.close();
  await rm(dir, { recursive: true, force: true });
});

const run = (resource: object) =>
  runJob(
    engine,
    definitionOf([
      { id: 'a', args: { image: 'alpine', resources: [{ type: 'S3', target: '/data', ...resource }] } },
    ]),
    { resources: store },
  );
const files = () => unpacked(pretender.asked);
const IAM = { REGION: 'eu-west-1', ACCESS_KEY_ID: 'AKID', SECRET_ACCESS_KEY: 'sec/ret+key' };
const keys = { id: IAM.ACCESS_KEY_ID, secret: IAM.SECRET_ACCESS_KEY, region: IAM.REGION };

describe('a bucket', () => {
  it.each<[string, () => object, Record<string, string>]>([
    ['a folder of it', () => ({ url: `${buckets.url}/acme/models` }), BELOW_MODELS],
    ['a folder with a slash', () => ({ url: `${buckets.url}/acme/models/` }), BELOW_MODELS],
    ['its name apart', () => ({ url: `${buckets.url}/models`, bucket: 'acme' }), BELOW_MODELS],
    ['all where no files are named', () => ({ url: `${buckets.url}/acme/models`, files: [] }), BELOW_MODELS],
    ['one object', () => ({ url: `${buckets.url}/acme/single` }), { single: 'one' }],
    [
      'some files',
      () => ({ url: `${buckets.url}/acme/models`, files: ['a.bin', 'sub/b c+d&é.txt'] }),
      { 'a.bin': 'first', 'sub/b c+d&é.txt': 'second' },
    ],
    [
      'several',
      () => ({
        buckets: [
          { url: `${buckets.url}/acme/models/sub` },
          { url: `${buckets.url}/acme`, files: ['single'] },
        ],
      }),
      { 'b c+d&é.txt': 'second', single: 'one' },
    ],
    [
      'a signed address',
      () => ({ url: `${buckets.url}/acme/single?X-Amz-Signature=hunter2` }),
      { single: 'one' },
    ],
  ])('gives %s', async (_, resource, expected) => {
    for (const plainKeys of [false, true]) {
      content = { objects: OBJECTS, plainKeys };
      const flow = await run(resource());
      expect(flow).toMatchObject({ status: 'success' });
    }
    const found = await files();
    expect(
      Object.fromEntries(
        Object.entries(found).map((pair) => pair.map((text) => Buffer.from(text).toString())),
      ),
    ).toEqual(expected);
    expect(await readFile(join(dir, 'resources.json'), 'utf8')).not.toContain('hunter2');
  });

  it('that is closed gives to whoever signs, and what it gave to no one else', async () => {
    content = { objects: OBJECTS, keys };
    const resource = { url: `${buckets.url}/acme/models`, IAM };
    expect(await run(resource)).toMatchObject({ status: 'success' });
    expect(Object.keys(await files())).toHaveLength(3);
    for (const wrong of [
      { SECRET_ACCESS_KEY: 'other' },
      { ACCESS_KEY_ID: 'other' },
      { REGION: 'us-east-1' },
    ]) {
      const flow = await run({ ...resource, IAM: { ...IAM, ...wrong } });
      expect(flow.opStates).toMatchObject([{ errors: [{ event: 'resource-error', code: 403 }] }]);
      expect(JSON.stringify(flow)).not.toMatch(/sec\/ret|AKID/);
    }
    expect((await run({ ...resource, IAM: undefined })).opStates).toMatchObject([
      { errors: [{ code: 403 }] },
    ]);
    expect(await readFile(join(dir, 'resources.json'), 'utf8')).not.toMatch(/sec.ret|AKID/);
  });

  it('gives a writable copy of its own to a job that asks for it', async () => {
    const resource = { url: `${buckets.url}/acme/models`, allowWrite: true };
    await run(resource);
    await run(resource);
    const created = pretender.asked.filter(({ path }) => path.startsWith('/volumes/create'));
    expect(created.map(({ body }) => JSON.parse(body))).toEqual(
      [0, 1].map(() =>
        expect.objectContaining({
          Name: expect.stringMatching(/^inferscan-.*-files0$/),
          Labels: { 'inferscan.node': expect.any(String), 'inferscan.job': expect.any(String) },
        }),
      ),
    );
    const [, container] = pretender.asked.filter(({ path }) => path.startsWith('/containers/create'));
    expect(JSON.parse(container?.body ?? '').HostConfig.Mounts).toMatchObject([{ ReadOnly: false }]);
  });

  it.each<[string, object, BucketContent, object, string]>([
    [
      'is not there',
      { url: '/none/x' },
      { objects: OBJECTS },
      { event: 'resource-error', code: 404 },
      'user',
    ],
    ['has no such object', { url: '/acme/none' }, { objects: OBJECTS }, { code: 404 }, 'user'],
    [
      'has no such file',
      { url: '/acme/models', files: ['none'] },
      { objects: OBJECTS },
      { code: 404 },
      'user',
    ],
    ['has nothing in a folder', { url: '/acme/none/' }, { objects: OBJECTS }, { code: 404 }, 'user'],
    ['may not be listed', { url: '/acme/models' }, { objects: OBJECTS, closed: true }, { code: 404 }, 'user'],
    ['is in trouble', { url: '/acme/models' }, { objects: OBJECTS, status: 503 }, { code: 503 }, 'host'],
    [
      'does not understand',
      { url: '/acme/models' },
      { objects: OBJECTS, status: 400 },
      { event: 'validation-error', message: expect.stringMatching(/answers 400$/) },
      'user',
    ],
    [
      'does not have what it says',
      { url: '/acme/models' },
      { objects: OBJECTS, checksum: 'false' },
      { message: expect.stringContaining('is not what its source says') },
      'host',
    ],
    [
      'names files above the target',
      { url: '/acme/models' },
      { objects: new Map([['models/../../x', Buffer.from('x')]]) },
      { event: 'validation-error', message: expect.stringContaining('"../../x": it leads elsewhere') },
      'user',
    ],
  ])('that %s', async (_, resource, found, error, fault) => {
    content = found;
    const given = resource as { url: string };
    const flow = await run({ ...given, url: buckets.url + given.url });
    expect(flow.opStates).toMatchObject([{ status: 'failed', providerId: null, errors: [error] }]);
    expect(faultOf(flow).fault).toBe(fault);
  });

  it('states digests, and they are compared', async () => {
    content = { objects: OBJECTS, checksum: 'true' };
    expect(await run({ url: `${buckets.url}/acme/models` })).toMatchObject({ status: 'success' });
  });

  it.each([
    [{}, /resources\[0\]: expected url, bucket or buckets$/],
    [{ url: 'nonsense' }, /resources\[0\]\.url: expected an address with https:\/\/$/],
    [{ url: 'file:///etc/passwd' }, /expected an address with https:\/\/$/],
    [{ url: 'https://user:hunter2@127.0.0.1/x' }, /expected an address without a login$/],
    [{ url: 'https://example.com/x', bucket: '../x' }, /expected the name of a bucket$/],
    [{ url: 'https://example.com/x', IAM: { ...IAM, REGION: 'a b' } }, /IAM\.REGION: expected a key of S3$/],
    [{ url: 'https://example.com/x?y=z', files: ['a'] }, /an address with a query is of one file$/],
    [{ buckets: [{ url: '' }] }, /resources\[0\]\.buckets\[0\]\.url: expected an address/],
  ])('%j is none', async (resource, message) => {
    const flow = await run(resource);
    expect(flow.opStates).toMatchObject([
      { exitCode: 1, errors: [{ event: 'validation-error', message: expect.stringMatching(message) }] },
    ]);
    expect(JSON.stringify(flow)).not.toContain('hunter2');
  });
});

describe('a bucket in the node’s own network', () => {
  it.each([
    ['https://127.0.0.1:8443/acme/x', /is not on the public internet$/],
    ['https://127.0.0.1:22/acme/x', /nothing is fetched from the port of/],
    ['https://localhost/acme/x', /is not on the public internet$/],
    ['', /expected an address with https:\/\/$/],
  ])('at %j is not asked unless the operator says so', async (address, message) => {
    await store.close();
    store = openStore(engine, dir, { allowPrivate: false });
    const flow = await run({ url: address || `${buckets.url}/acme/models` });
    expect(flow.opStates).toMatchObject([
      { errors: [{ event: 'validation-error', message: expect.stringMatching(message) }] },
    ]);
    expect(buckets.asked).toEqual([]);
  });
});

describe('the address of a bucket', () => {
  it.each<[string, string | undefined, string | undefined, [string, string][]]>([
    [
      's3://acme/a/b',
      undefined,
      undefined,
      [
        ['https://s3.amazonaws.com/acme/', 'a/b'],
        ['https://s3.amazonaws.com/', 'acme/a/b'],
      ],
    ],
    [
      's3://acme',
      undefined,
      'eu-west-1',
      [
        ['https://s3.eu-west-1.amazonaws.com/acme/', ''],
        ['https://s3.eu-west-1.amazonaws.com/', 'acme'],
      ],
    ],
    [
      'https://acme.s3.eu-west-1.amazonaws.com/a/',
      undefined,
      undefined,
      [
        ['https://acme.s3.eu-west-1.amazonaws.com/', 'a/'],
        ['https://acme.s3.eu-west-1.amazonaws.com/a/', ''],
      ],
    ],
    [
      `https://${'0'.repeat(32)}.r2.cloudflarestorage.com/acme/a`,
      'acme',
      'auto',
      [[`https://${'0'.repeat(32)}.r2.cloudflarestorage.com/acme/`, 'a']],
    ],
    ['https://acme.example.com/a%20b', 'acme', undefined, [['https://acme.example.com/', 'a b']]],
    ['https://models.example.com', undefined, undefined, [['https://models.example.com/', '']]],
  ])('%s of %j', (address, bucket, region, places) => {
    expect(bucketPlaces(address, bucket, region, '$').map(({ root, key }) => [root, key])).toEqual(places);
  });
});

describe('a list of objects', () => {
  it.each(['', '<html></html>', '<ListBucketResult>', '<Error><Code>x</Code></Error>'])(
    'is not %j',
    (xml) => {
      expect(readBucketPage(xml)).toBeNull();
    },
  );

  it('is read from anything without harm', () => {
    const tag = fc.constantFrom(
      '<ListBucketResult>',
      '</ListBucketResult>',
      '<Contents>',
      '</Contents>',
      '<Key>',
      '</Key>',
      '<Size>',
      '</Size>',
      '&#x41;',
      '&#xffffff;',
      '<!DOCTYPE x [',
      '%zz',
      '<IsTruncated>true</IsTruncated>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(tag, fc.string({ maxLength: 20 })), { maxLength: 60 }), (parts) => {
        const page = readBucketPage(parts.join(''));
        for (const { key, bytes } of page?.objects ?? []) {
          expect(typeof key).toBe('string');
          expect(typeof bytes).toBe('number');
        }
      }),
      { numRuns: 200 },
    );
  });
});
