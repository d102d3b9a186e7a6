import { RequestRefused } from '../failures.js';

const MAX_FILES = 10_000;
const MAX_PATH_BYTES = 1_024;
const MAX_NAME_BYTES = 255;
const MAX_DEPTH = 32;

/** Why files may not lie below a target by such a path; null: they may. */
export function objectionTo(path: string): string | null {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return 'it is too long';
  const names = path.split('/');
  if (names.length > MAX_DEPTH) return 'it lies too deep';
  for (const name of names) {
    if (name === '' || name === '.' || name === '..') return 'it leads elsewhere';
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) return 'it is too long';
    if (/[\p{Cc}\\]/u.test(name)) return 'it has characters that names of files may not have';
  }
  return null;
}

/**
 * The files in the order of their names, each once, and none both a file and a folder.
 * @param path of the resource in the definition, for errors
 * @throws RequestRefused
 */
export function checkedFiles<File extends { readonly path: string; readonly bytes: number }>(
  files: readonly File[],
  path: string,
): File[] {
  if (files.length > MAX_FILES) throw new RequestRefused(`${path}: it has more than ${MAX_FILES} files`);
  const known = new Set<string>();
  for (const file of files) {
    const objection = objectionTo(file.path);
    if (objection !== null) {
      throw new RequestRefused(`${path}: a file is called ${shown(file.path)}: ${objection}`);
    }
    if (!Number.isSafeInteger(file.bytes) || file.bytes < 0) {
      throw new RequestRefused(`${path}: nothing says how large ${shown(file.path)} is`);
    }
    if (known.has(file.path)) throw new RequestRefused(`${path}: two files are called ${shown(file.path)}`);
    known.add(file.path);
  }
  for (const { path: name } of files) {
    for (const folder of foldersOf(name)) {
      if (known.has(folder)) {
        throw new RequestRefused(`${path}: ${shown(folder)} is both a file and a folder`);
      }
    }
  }
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The folders that a file lies in, the outermost first. */
export function foldersOf(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

export const MOST_FILES = MAX_FILES;

const shown = (name: string): string => JSON.stringify(name.slice(0, 100));
