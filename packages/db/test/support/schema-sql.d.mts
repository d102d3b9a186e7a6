/**
 * The SQL with which Prisma itself would make an empty database match a schema, by its own engine as WebAssembly.
 * @param url any Postgres: the engine asks it for its version only
 */
export function sqlOfSchema(schema: string, url: string): Promise<string>;
