/** Given to a schema's thread at its start. */
export interface SchemaThreadData {
  /** As checkJsonSchema gives it. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** See shared-json.ts. */
  readonly vocabulary: SharedArrayBuffer;
  readonly stopTokenIds: readonly number[];
}

/** `id` is an output's. */
export type ToSchemaThread =
  | { readonly type: 'start'; readonly id: number }
  | { readonly type: 'accept'; readonly id: number; readonly token: number }
  | { readonly type: 'close'; readonly id: number };

export type FromSchemaThread =
  | { readonly type: 'compiled' }
  /** The schema cannot be used. The thread ends. */
  | { readonly type: 'refused'; readonly message: string }
  /** After a start, and after each token: what may come next. */
  | { readonly type: 'next'; readonly id: number; readonly mask: Int32Array | undefined }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
