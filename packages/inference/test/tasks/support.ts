import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { InferenceEngine } from '../../src/contract.js';
import { InferenceError } from '../../src/errors.js';
import { engineWithThreads } from '../support.js';

/** A file of one of the repository's models. */
export function modelFile(model: string, file: string): string {
  return fileURLToPath(new URL(`../../../../models/${model}/${file}`, import.meta.url));
}

export function modelJson<T>(model: string, file: string): T {
  return JSON.parse(readFileSync(modelFile(model, file), 'utf8')) as T;
}

/** One engine for a test file. */
export function engineForTests(options: Parameters<typeof engineWithThreads>[0] = {}): () => InferenceEngine {
  let engine: InferenceEngine | undefined;
  beforeAll(async () => {
    engine = (await engineWithThreads(options)).engine;
  });
  afterAll(() => engine?.close());
  return () => {
    if (!engine) throw new Error('the engine has not started');
    return engine;
  };
}

/** The code and message of the error with which something ends. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof InferenceError
    ? `${error.code} ${error.message}`
    : `no InferenceError: ${String(error)}`;
}
