import { createHash } from 'node:crypto';

/** What a file must be, where its source says so: `git` is the hash that git has for files, sha1. */
export interface FileDigest {
  readonly kind: 'sha256' | 'git';
  readonly hex: string;
}

/** What a source sends of a file. */
export interface OpenedFile {
  readonly body: AsyncIterable<Uint8Array>;
  /** The byte that comes first: where a source does not begin in the middle, 0. */
  readonly from: number;
  readonly digest?: FileDigest | undefined;
}

/** A file that a job shall find at its resource's target. */
export interface SourceFile {
  /** With slashes, from the target. */
  readonly path: string;
  readonly bytes: number;
  readonly digest?: FileDigest | undefined;
  /** Tells one content from another where there is no digest, such as an entity tag. */
  readonly version?: string | undefined;
  open(from: number, signal: AbortSignal): Promise<OpenedFile>;
}

/** What a source has of a resource, before any of it is fetched. */
export interface Listing {
  /** For the node's log; without secrets. */
  readonly name: string;
  readonly files: readonly SourceFile[];
  /** With which it was listed; null: anybody may. */
  readonly credential: string | null;
}

/**
 * Same key, same files. What was fetched with a credential is kept apart: whoever names it without may not be allowed to
 * have it.
 */
export function keyOf({ name, files, credential }: Listing): string {
  const hash = createHash('sha256');
  const add = (...parts: readonly (string | number)[]) => hash.update(JSON.stringify(parts));
  add(name, credential ?? '', credential === null ? 0 : 1);
  for (const { path, bytes, digest, version = '' } of files) {
    add(path, bytes, digest?.kind ?? '', digest?.hex ?? '', version);
  }
  return hash.digest('hex');
}

export const bytesOf = (files: readonly SourceFile[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);
