import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { InferenceError } from '../errors.js';

const MAX_JSON_BYTES = 64 * 1024 * 1024;

/**
 * Reads one JSON file of a model folder and checks it.
 * @throws InferenceError bad_model, naming the file and the wrong fields
 */
export async function readModelJson<T extends z.ZodType>(
  directory: string,
  file: string,
  schema: T,
): Promise<z.output<T>> {
  const path = join(directory, file);
  const parsed = schema.safeParse(parseJson(path, await readText(path)));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw new InferenceError('bad_model', `${path}: ${problems.join('; ')}`);
}

/** sha256 of a file as lower-case hex, with its size; the file is streamed, not held in memory. */
export async function digestFile(path: string): Promise<{ digest: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    throw new InferenceError('bad_model', `${path}: cannot be read (${messageOf(error)})`);
  }
  return { digest: hash.digest('hex'), sizeBytes };
}

async function readText(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('it is no file');
    const { size } = found;
    if (size > MAX_JSON_BYTES) {
      throw new Error(`it has ${size} bytes, at most ${MAX_JSON_BYTES} are allowed`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new InferenceError('bad_model', `${path}: cannot be read (${messageOf(error)})`);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InferenceError('bad_model', `${path}: not valid JSON (${messageOf(error)})`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
