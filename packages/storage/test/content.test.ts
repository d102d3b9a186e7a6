import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rawLeavesCid } from '../src/content/encode.js';
import { cidFromDigest, digestFromCid, encodeBytes, encodeJson } from '../src/index.js';

/**
 * An independent writer of UnixFS files, from the specification: dag-pb by hand, 256 KiB chunks, 174 links.
 * With `rawLeaves` it gives version 1 CIDs, and the chunks stay as they are.
 */
function unixfsCid(bytes: Uint8Array, rawLeaves = false): string {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
  const field = (number: number, content: Uint8Array) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(content.length)]), content]);
  const number = (index: number, value: number) => Buffer.from([index << 3, ...varint(value)]);
  const hash = (block: Buffer, codec = 0x70) =>
    Buffer.concat([
      Buffer.from(rawLeaves ? [1, codec, 0x12, 0x20] : [0x12, 0x20]),
      createHash('sha256').update(block).digest(),
    ]);
  type Node = { hash: Buffer; fileSize: number; treeSize: number };
  const node = (data: Buffer | null, children: Node[]): Node => {
    const fileSize = data ? data.length : children.reduce((sum, child) => sum + child.fileSize, 0);
    const unixfs = Buffer.concat([
      number(1, 2),
      ...(data && data.length > 0 ? [field(2, data)] : []),
      number(3, fileSize),
      ...children.map((child) => number(4, child.fileSize)),
    ]);
    const links = children.map((child) =>
      field(2, Buffer.concat([field(1, child.hash), field(2, Buffer.alloc(0)), number(3, child.treeSize)])),
    );
    const block = Buffer.concat([...links, field(1, unixfs)]);
    return {
      hash: hash(block),
      fileSize,
      treeSize: block.length + children.reduce((sum, child) => sum + child.treeSize, 0),
    };
  };
  const leaf = (data: Buffer): Node =>
    rawLeaves ? { hash: hash(data, 0x55), fileSize: data.length, treeSize: data.length } : node(data, []);
  let level: Node[] = [];
  for (let at = 0; at < Math.max(bytes.length, 1); at += 262_144)
    level.push(leaf(Buffer.from(bytes.subarray(at, at + 262_144))));
  while (level.length > 1) {
    const parents: Node[] = [];
    for (let at = 0; at < level.length; at += 174) parents.push(node(null, level.slice(at, at + 174)));
    level = parents;
  }
  const [root] = level;
  if (!root) throw new Error('no root');
  return rawLeaves ? `b${base32(root.hash)}` : cidFromDigest(root.hash.subarray(2));
}

function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(Number.parseInt(group.padEnd(5, '0'), 2)))
    .join('');
}

describe('content addresses', () => {
  it('are those of `ipfs add`', async () => {
    const text = new TextEncoder();
    expect((await encodeBytes(text.encode('hello world\n'))).cid).toBe(
      'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o',
    );
    expect((await encodeBytes(text.encode('hello\n'))).cid).toBe(
      'QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN',
    );
    expect((await encodeBytes(new Uint8Array())).cid).toBe('QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH');
    expect(cidFromDigest(new Uint8Array(32))).toBe('QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51');
  });

  it('agree with an independent writer at and around chunk boundaries', async () => {
    for (const size of [1, 262_143, 262_144, 262_145, 524_288, 1_300_000]) {
      const bytes = Buffer.alloc(size, 'content addressing ');
      expect((await encodeBytes(bytes)).cid, `${size} bytes`).toBe(unixfsCid(bytes));
    }
  });

  it('of version 1 agree with an independent writer, and with those that are known', async () => {
    expect(await rawLeavesCid(new TextEncoder().encode('hello\n'))).toBe(
      'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am',
    );
    expect(await rawLeavesCid(new Uint8Array())).toBe(
      'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
    );
    for (const size of [1, 262_144, 262_145, 1_300_000, 175 * 262_144]) {
      const bytes = Buffer.alloc(size, 'content addressing ');
      expect(await rawLeavesCid(bytes), `${size} bytes`).toBe(unixfsCid(bytes, true));
    }
  });

  it('agree with an independent writer where one level of links is not enough', async () => {
    const bytes = Buffer.alloc(175 * 262_144, 'x');
    expect((await encodeBytes(bytes)).cid).toBe(unixfsCid(bytes));
  });

  it('of JSON are those of its JSON.stringify text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const encoded = await encodeJson(value);
        const bytes = Buffer.from(JSON.stringify(value));
        expect(Buffer.from(encoded.bytes).equals(bytes)).toBe(true);
        expect(encoded.cid).toBe(unixfsCid(bytes));
        expect(cidFromDigest(encoded.digest)).toBe(encoded.cid);
      }),
      { numRuns: 50 },
    );
    await expect(encodeJson(undefined)).rejects.toThrow(TypeError);
  });

  it('go to digests and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
        expect(digestFromCid(cidFromDigest(digest))).toEqual(digest);
      }),
    );
    // The same block, named by version 1.
    expect(cidFromDigest(digestFromCid('bafybeiffndsajwhk3lwjewwdxqntmjm4b5wxaaanokonsggenkbw6slwk4'))).toBe(
      'QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN',
    );
    for (const wrong of [
      '',
      'Qm',
      'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am',
      '../../etc/passwd',
    ]) {
      expect(() => digestFromCid(wrong), wrong).toThrow(TypeError);
    }
    expect(() => cidFromDigest(new Uint8Array(31))).toThrow(RangeError);
  });
});
