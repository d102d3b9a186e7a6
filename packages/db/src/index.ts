export type { PoolClient as DatabaseClient } from 'pg';

export { type ConnectOptions, connectDatabase, type Database } from './connection/connect.js';
export {
  type CopyLines,
  type CopyValue,
  copyField,
  copyInto,
  copyLinesInto,
  createCopyLines,
  jsonText,
  storableText,
} from './connection/copy.js';
export { copyFields, copyLines, copyOut } from './connection/copy-out.js';
export type { ListenOptions, NotificationHandler } from './connection/listen.js';
export {
  type SessionLock,
  type SessionLockOptions,
  takeSessionLock,
} from './connection/session-lock.js';
export { databaseTypes } from './connection/types.js';
export {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgresErrorCode,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/index.js';
export { Prisma, PrismaClient } from './generated/client.js';
export { type MigrateOptions, MigrationError, migrate } from './migrations/migrate.js';
export { type ColumnType, type RowOf, TABLES, type TableSpec } from './tables/tables.js';
export { appendRows, isOneStatement, type OnConflict, writeRows } from './tables/write-rows.js';
