import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { CID } from 'multiformats/cid';
import { sha256 } from 'multiformats/hashes/sha2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchModelByCid } from '../../src/ipfs/fetch-model-by-cid.js';
import { type Blocks, type FakeGateway, folderOf, startGateway } from '../ipfs/fake-gateway.js';
import { endsWell, settings, TIMEOUT_MS } from './values.js';

const DAG_PB = 0x70;

describe('malformed folders by their CID', { timeout: TIMEOUT_MS }, () => {
  let directory: string;
  let blocks: Blocks;
  let root: string;
  let gateway: FakeGateway;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'inferscan-malformed-cid-'));
    const large = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31) & 255);
    const files: [string, Uint8Array][] = [
      ['config.json', Buffer.from('{}')],
      ['onnx/model.onnx', large],
      ['onnx/model.onnx_data', Uint8Array.of(1, 2, 3)],
    ];
    ({ cid: root, blocks } = await folderOf(new Map(files)));
    gateway = await startGateway(blocks);
  });
  afterAll(async () => {
    await gateway.close();
    await rm(directory, { recursive: true, force: true });
  });
  const fetched = (cid: string) =>
    fetchModelByCid({
      cid,
      precision: 'fp32',
      directory,
      policy: { allowed: [cid], maxBytes: 1_000_000, digests: {} },
      gateways: [gateway.url],
      allowPrivate: true,
    });

  it('are refused by their CID, or fetched', async () => {
    const nodes = [...blocks].filter(([cid]) => CID.parse(cid).code === DAG_PB);
    expect(nodes.length).toBeGreaterThanOrEqual(3);
    await fc.assert(
      fc.asyncProperty(
        // Folders, and the one file of several blocks, as if each were what was asked for.
        fc.constantFrom(...nodes),
        fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.oneof({ weight: 4, arbitrary: fc.constant(1e9) }, fc.nat(300)),
        async ([, whole], changes, length) => {
          const bytes = Uint8Array.from(whole.subarray(0, length));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const cid = CID.createV1(DAG_PB, await sha256.digest(bytes)).toString();
          // Changes may come to nothing.
          const isNew = !blocks.has(cid);
          if (isNew) blocks.set(cid, bytes);
          await endsWell(fetched(cid), /^baf[a-z2-7]+: ./);
          if (isNew) blocks.delete(cid);
        },
      ),
      settings,
    );
    const { files } = await fetched(root);
    expect(files.map(({ path }) => path)).toEqual(['config.json', 'onnx/model.onnx', 'onnx/model.onnx_data']);
  });

  it('cannot be endlessly many blocks by naming a few again and again', async () => {
    // Each folder holds the one before twice: 2^40 files in forty blocks.
    const { cid: empty, blocks: one } = await folderOf(new Map([['a/b', Uint8Array.of(1)]]));
    for (const [cid, bytes] of one) blocks.set(cid, bytes);
    let inner = CID.parse(empty);
    for (let level = 0; level < 40; level++) {
      const node = folderBlock(inner);
      inner = CID.createV1(DAG_PB, await sha256.digest(node));
      blocks.set(inner.toString(), node);
    }
    await expect(fetched(inner.toString())).rejects.toThrow(/config.json: the model has none/);
  });
});

/** A UnixFS folder with the same thing in it under many names, as dag-pb writes it. */
function folderBlock(inner: CID): Uint8Array {
  const field = (number: number, bytes: Uint8Array) =>
    Buffer.concat([Uint8Array.of(number * 8 + 2, bytes.length), bytes]);
  const link = (name: string) =>
    field(2, Buffer.concat([field(1, inner.bytes), field(2, Buffer.from(name)), Uint8Array.of(24, 1)]));
  return Buffer.concat([link('a'), link('b'), field(1, Uint8Array.of(8, 1))]);
}
