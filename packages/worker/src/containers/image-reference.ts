const REFERENCE =
  /^(?:((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(?::\d{1,5})?|[a-z0-9-]+:\d{1,5}|localhost)\/)?([a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;
const MAX_LENGTH = 500;

/** An image as it is written out in full: `ubuntu` is `docker.io/library/ubuntu:latest`. Null where it names none. */
export function fullReference(image: string): string | null {
  if (image.length > MAX_LENGTH) return null;
  const [, host, name, tag, digest] = REFERENCE.exec(image) ?? [];
  if (name === undefined) return null;
  const registry = host === undefined || host === 'index.docker.io' ? 'docker.io' : host;
  const path = registry === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  if (digest !== undefined) return `${registry}/${path}${tag === undefined ? '' : `:${tag}`}@${digest}`;
  return `${registry}/${path}:${tag ?? 'latest'}`;
}

/**
 * Whether an image is among those that an operator lists. In a pattern `*` stands for anything; without a registry it is of Docker
 * Hub, without a tag any tag or digest will do.
 * @param image written out in full
 */
export function isListed(image: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => expressionOf(pattern).test(image));
}

function expressionOf(pattern: string): RegExp {
  const [first = '', ...rest] = pattern.split('/');
  const isRegistry = rest.length > 0 && /[.:*]|^localhost$/.test(first);
  const full =
    isRegistry || first === '*' ? pattern : `docker.io/${rest.length > 0 ? '' : 'library/'}${pattern}`;
  const last = full.slice(full.lastIndexOf('/') + 1);
  const escaped = full.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}${/[:@]|\*$/.test(last) ? '' : '(?:[:@].*)?'}$`);
}
