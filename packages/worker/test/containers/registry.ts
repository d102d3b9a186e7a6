import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** An image with one file, as registries hand it out. */
function smallImage() {
  const dir = mkdtempSync(join(tmpdir(), 'inferscan-image-'));
  writeFileSync(join(dir, 'hello'), 'hello\n');
  const layer = execFileSync('tar', ['-C', dir, '-c', 'hello']);
  rmSync(dir, { recursive: true });
  const packed = gzipSync(layer);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Cmd: ['/hello'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    }),
  );
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digestOf(config),
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: packed.length,
          digest: digestOf(packed),
        },
      ],
    }),
  );
  const blobs = new Map([config, packed].map((blob) => [digestOf(blob), blob]));
  return { manifest, mediaType, blobs };
}

/**
 * A registry on this machine: `open/small` is there, `busy/…` is limited, `slow/…` answers never, anything else does not exist.
 * @param login as `user:password`, where one is asked for
 */
export async function startRegistry(login?: string) {
  const { manifest, mediaType, blobs } = smallImage();
  const expected = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const refuse = (status: number, code: string) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(status === 401 && { 'www-authenticate': 'Basic realm="test"' }),
      });
      response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
    };
    if (expected && request.headers.authorization !== expected) return refuse(401, 'UNAUTHORIZED');
    if (path === '/v2/') return response.end('{}');
    if (path.startsWith('/v2/slow/')) return;
    if (path.startsWith('/v2/busy/')) return refuse(429, 'TOOMANYREQUESTS');
    const [, name, what, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
    const body = what === 'blobs' ? blobs.get(reference) : name === 'open/small' ? manifest : undefined;
    if (body === undefined) return refuse(404, what === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
    response.writeHead(200, {
      'content-type': what === 'blobs' ? 'application/octet-stream' : mediaType,
      'content-length': body.length,
      'docker-content-digest': digestOf(body),
    });
    return response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
