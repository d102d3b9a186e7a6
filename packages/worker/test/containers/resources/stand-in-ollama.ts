import { createHash } from 'node:crypto';

import { type Source, startSource } from './source.js';

export interface OllamaContent {
  /** In its order: the config, then the layers. */
  readonly blobs: readonly Buffer[];
  readonly status?: number;
  /** Instead of a manifest of the blobs. */
  readonly manifest?: string;
  /** Sends other bytes than it says. */
  readonly lies?: boolean;
}

export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export function manifestOf(blobs: readonly Buffer[]): string {
  const [config, ...layers] = blobs.map((blob) => ({
    mediaType: 'application/vnd.ollama.image.model',
    digest: `sha256:${digestOf(blob)}`,
    size: blob.length,
  }));
  return JSON.stringify({ schemaVersion: 2, config, layers });
}

/** Stands in for registry.ollama.ai: manifests by `namespace/name:tag`, and blobs, to which it redirects as the real one does. */
export function startOllama(content: (model: string) => OllamaContent | undefined): Promise<Source> {
  return startSource((url, _, response, send) => {
    const [, store, name = '', what = '', reference = ''] =
      /^(\/store)?\/v2\/([^/]+\/[^/]+)\/(manifests|blobs)\/(.+)$/.exec(url.pathname) ?? [];
    const found = what === 'manifests' ? content(`${name}:${reference}`) : content(name);
    if (found === undefined)
      return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    if (found.status !== undefined) return void response.writeHead(found.status).end();
    if (what === 'manifests') return void response.end(found.manifest ?? manifestOf(found.blobs));
    if (store === undefined) return void response.writeHead(307, { location: `/store${url.pathname}` }).end();
    const blob = found.blobs.find((one) => `sha256:${digestOf(one)}` === reference);
    if (blob === undefined) return void response.writeHead(404).end();
    return send(reference, found.lies ? Buffer.from(blob).reverse() : blob);
  });
}
