import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';

import { RequestError } from './errors.js';

export interface Upload {
  file: Uint8Array;
  /** Values of `pinataMetadata` and `pinataOptions`, parsed from their JSON text. */
  fields: Record<string, unknown>;
}

/** What the plugin adds to requests. Its own types only reach a fastify that npm placed beside it. */
interface FormRequest {
  parts(options: { limits: Record<string, number> }): AsyncIterable<Multipart>;
}

/** A field holds a few words of metadata. */
const FIELD_BYTES = 16 * 1024;
const FIELDS = 8;
const JSON_FIELDS = new Set(['pinataMetadata', 'pinataOptions']);

/**
 * Reads the one file of a multipart form and the JSON fields beside it, in whatever order they come.
 * @param maxBytes of the file
 * @throws RequestError, or an error with a 4xx `statusCode`, for a form that breaks a limit or is none
 */
export async function readUpload(request: FastifyRequest, maxBytes: number): Promise<Upload> {
  if (!readsForms(request)) throw new Error('the multipart plugin is not registered');
  if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) {
    throw new RequestError(415, 'bad_request', 'expected multipart/form-data with the field "file"');
  }
  try {
    return await readParts(request, maxBytes);
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error) throw error;
    // The parser's own errors carry no status: the form is malformed, or was cut off.
    throw badForm(`the form cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readParts(request: FormRequest, maxBytes: number): Promise<Upload> {
  let file: Uint8Array | undefined;
  const fields: Record<string, unknown> = {};
  const parts = request.parts({
    limits: {
      // One more than is taken, so that a second file is refused in words.
      files: 2,
      fileSize: maxBytes,
      fields: FIELDS,
      fieldSize: FIELD_BYTES,
      fieldNameSize: 100,
      parts: FIELDS + 2,
      headerPairs: 20,
    },
  });
  for await (const part of parts) {
    if (part.type === 'file') {
      if (part.fieldname !== 'file') {
        throw badForm(`${part.fieldname.slice(0, 100)}: the file must be in the field "file"`);
      }
      if (file !== undefined) throw badForm('file: one file for each request, no directories');
      file = await part.toBuffer();
      continue;
    }
    if (part.valueTruncated || part.fieldnameTruncated) {
      throw new RequestError(413, 'too_large', `a field has more than ${FIELD_BYTES} bytes`);
    }
    if (JSON_FIELDS.has(part.fieldname)) fields[part.fieldname] = parseField(part.fieldname, part.value);
  }
  if (file === undefined) throw badForm('file: the form has no file');
  return { file, fields };
}

function readsForms(request: object): request is FormRequest {
  return 'parts' in request;
}

function parseField(name: string, value: unknown): unknown {
  // A field that is declared as JSON is parsed already.
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw badForm(`${name}: expected JSON`);
  }
}

function badForm(message: string): RequestError {
  return new RequestError(400, 'bad_request', message);
}
