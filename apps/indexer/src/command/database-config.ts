import { ConfigError } from '../config/environment.js';

const PROTOCOLS = ['postgres:', 'postgresql:'];

/** The database, for commands that need nothing else. @throws ConfigError */
export function readDatabaseUrl(environment: Readonly<Record<string, string | undefined>>): string {
  const url = environment.DATABASE_URL ?? '';
  const isUrl = URL.canParse(url) && PROTOCOLS.includes(new URL(url).protocol);
  if (!isUrl)
    throw new ConfigError(['DATABASE_URL: needed, as postgresql://user:password@host:port/database']);
  return url;
}
