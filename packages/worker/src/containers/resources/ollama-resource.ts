import { z } from 'zod';

import { RequestRefused, ResourceFailed } from '../failures.js';
import type { Listing, SourceFile } from './listing.js';
import type { ResourceRequest } from './resource-args.js';
import { askSource, bodyOf, firstByteOf, rangeFrom, type SourceAccess, shortText } from './source-request.js';

type OllamaResource = Extract<ResourceRequest['resource'], { type: 'Ollama' }>;

/** Where models without a host are, as Ollama calls it in the names of its files, whatever mirror they come from. */
const DEFAULT_HOST = 'registry.ollama.ai';
const DEFAULT_NAMESPACE = 'library';
const DEFAULT_TAG = 'latest';
const MODEL =
  /^(?:([a-z0-9-]+(?:\.[a-z0-9-]+)+)\/)?(?:([\w][\w.-]{0,99})\/)?([\w][\w.-]{0,99})(?::([\w][\w.-]{0,99}))?$/i;
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const MAX_MANIFEST_BYTES = 1 * 2 ** 20;

const Blob = z.looseObject({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().nonnegative(),
});
const Manifest = z.looseObject({ config: Blob, layers: z.array(Blob).max(1_000) });

/** A model of Ollama, as its own folder of models has it: manifests by name, and what they name by digest. */
export async function listOllama(
  access: SourceAccess,
  registryUrl: string,
  { model }: OllamaResource,
  path: string,
  signal: AbortSignal,
): Promise<Listing> {
  const [, host, namespace = DEFAULT_NAMESPACE, name, tag = DEFAULT_TAG] = MODEL.exec(model) ?? [];
  if (name === undefined || (host !== undefined && !model.slice(host.length + 1).includes('/'))) {
    throw new RequestRefused(`${path}.model: expected the name of a model, such as llama3.2:1b`);
  }
  const base = host === undefined ? registryUrl.replace(/\/$/, '') : `https://${host}`;
  const repository = `${base}/v2/${namespace}/${name}`;
  const url = new URL(`${repository}/manifests/${tag}`);
  const answer = await askSource(access, { url, headers: { accept: MANIFEST }, path }, signal);
  const text = await shortText(answer, MAX_MANIFEST_BYTES, path);
  const blobs = blobsOf(text, url.host, path);

  const manifest: SourceFile = {
    path: `manifests/${host ?? DEFAULT_HOST}/${namespace}/${name}/${tag}`,
    bytes: Buffer.byteLength(text),
    version: text,
    open: async (from) => ({ from, body: only(Buffer.from(text).subarray(from)) }),
  };
  const files = blobs.map(
    ({ digest, size }): SourceFile => ({
      path: `blobs/${digest.replace(':', '-')}`,
      bytes: size,
      digest: { kind: 'sha256', hex: digest.slice('sha256:'.length) },
      async open(from, signal) {
        const url = new URL(`${repository}/blobs/${digest}`);
        const answer = await askSource(access, { url, headers: rangeFrom(from), path }, signal);
        return { body: bodyOf(answer), from: firstByteOf(answer) };
      },
    }),
  );
  return {
    name: `${host ?? DEFAULT_HOST}/${namespace}/${name}:${tag}`,
    credential: null,
    files: [...files, manifest],
  };
}

/** What a manifest names, each once. */
function blobsOf(text: string, host: string, path: string): z.infer<typeof Blob>[] {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    written = null;
  }
  const { success, data } = Manifest.safeParse(written);
  if (!success) throw new ResourceFailed(`${path}: what ${host} answers is no manifest of a model`);
  const blobs = [data.config, ...data.layers];
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
