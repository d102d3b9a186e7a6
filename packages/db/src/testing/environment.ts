/** How the global set-up tells test processes where the server is. */
export const SERVER_VARIABLE = 'INFERSCAN_TEST_POSTGRES';
/** The migrated database that each test's own is cloned from. */
export const TEMPLATE_DATABASE = 'inferscan_template';

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.toString();
}
