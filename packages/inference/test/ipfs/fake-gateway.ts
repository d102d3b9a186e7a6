import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importer } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import type { CID } from 'multiformats/cid';

const CHUNK_BYTES = 65_536;

/** A gateway that gives single blocks, and fails as it is told. */
export interface FakeGateway {
  readonly url: string;
  /** CIDs of blocks in the order in which they were asked for. */
  readonly asked: string[];
  /** What a block is answered with; undefined for what is there, `none` for no answer at all. */
  answer: (cid: string, count: number) => Uint8Array | number | 'none' | undefined;
  close(): Promise<void>;
}

export type Blocks = Map<string, Uint8Array>;

/** Files as `ipfs add -r` makes a folder of them, in small chunks so that there are many blocks. */
export async function folderOf(
  files: ReadonlyMap<string, Uint8Array>,
): Promise<{ cid: string; blocks: Blocks }> {
  const blocks: Blocks = new Map();
  const store = {
    async put(cid: CID, bytes: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
      if (!(bytes instanceof Uint8Array)) throw new Error('a block came in parts');
      blocks.set(cid.toString(), bytes);
      return cid;
    },
  };
  const source = [...files].map(([path, content]) => ({ path: `model/${path}`, content }));
  let root: CID | undefined;
  for await (const entry of importer(source, store as Parameters<typeof importer>[1], {
    profile: 'unixfs-v1-2025',
    chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
  })) {
    if (entry.path === 'model') root = entry.cid;
  }
  if (root === undefined) throw new Error('there are no files');
  return { cid: root.toString(), blocks };
}

export async function startGateway(blocks: Blocks): Promise<FakeGateway> {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const cid = url.pathname.replace('/ipfs/', '');
    const count = (counts.get(cid) ?? 0) + 1;
    counts.set(cid, count);
    gateway.asked.push(cid);
    const isBlock =
      url.searchParams.get('format') === 'raw' && request.headers.accept === 'application/vnd.ipld.raw';
    const answer = isBlock ? (gateway.answer(cid, count) ?? blocks.get(cid) ?? 404) : 400;
    if (answer === 'none') return;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.writeHead(200, { 'content-type': 'application/vnd.ipld.raw' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway: FakeGateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return gateway;
}
