import { z } from 'zod';

const MAX_RESOURCES = 100;
const MAX_NAME = 500;

const Text = z.string().max(4_000);
const Resource = z.looseObject({
  type: z.enum(['S3', 'HF', 'Ollama']),
  repo: Text.optional().catch(undefined),
  revision: Text.optional().catch(undefined),
  model: Text.optional().catch(undefined),
  url: Text.optional().catch(undefined),
  bucket: Text.optional().catch(undefined),
  buckets: z
    .array(z.looseObject({ url: Text }))
    .optional()
    .catch(undefined),
});

/** A file or model that the host gets ready before an op starts. */
export interface DefinitionResource {
  readonly type: 'S3' | 'HF' | 'Ollama';
  /** Repository, model or address; of an address only what is no secret. */
  readonly name: string;
  readonly revision?: string;
}

/** The resources that an op names, each once. Keys and signed parts of addresses are left out. */
export function resourcesOf(value: unknown): DefinitionResource[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_RESOURCES).flatMap((entry): DefinitionResource[] => {
    const parsed = Resource.safeParse(entry);
    if (!parsed.success) return [];
    const { type, repo, revision, model, url, bucket, buckets } = parsed.data;
    if (type === 'HF') {
      if (repo === undefined) return [];
      return [{ type, name: cut(repo), ...(revision === undefined ? {} : { revision: cut(revision) }) }];
    }
    if (type === 'Ollama') return model === undefined ? [] : [{ type, name: cut(model) }];
    const addresses = [url, bucket, ...(buckets ?? []).slice(0, MAX_RESOURCES).map((each) => each.url)];
    return addresses.flatMap((address) =>
      address === undefined ? [] : [{ type, name: cut(withoutSecrets(address)) }],
    );
  });
}

const cut = (text: string): string => text.slice(0, MAX_NAME);

/** An address without credentials, query and fragment: signed addresses carry their keys there. */
function withoutSecrets(address: string): string {
  return address.replace(/[?#][\s\S]*$/, '').replace(/^([a-z][a-z0-9+.-]{0,20}:\/\/)[^/@]*@/i, '$1');
}
