import { access, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { connectDatabase, type DatabaseClient, TABLES } from '@inferscan/db';

import { createLog } from '../log.js';
import { holdEvents, readKept } from '../retention/kept.js';
import { listOf, oneOf, slotOf, textOf, UsageError, type Values } from './arguments.js';
import { readDatabaseUrl } from './database-config.js';
import { EXIT } from './exit-codes.js';
import { EXPORT_TABLES, type ExportTable, queriesOf, type SlotWindow } from './export/tables.js';
import { writeCopy } from './export/write-file.js';
import { createPace, createProgress, grouped, type ProgressView } from './progress.js';
import { stopOnSignals } from './stop.js';

/** Writes facts into files, as they were at one moment. */
export async function exportFacts(values: Values, environment: NodeJS.ProcessEnv): Promise<number> {
  const tables = tablesOf(listOf(values, 'table'));
  const format = oneOf(values, 'format', ['csv', 'ndjson']);
  const window: SlotWindow = { from: slotOf(values, 'from'), to: slotOf(values, 'to') };
  if (window.from !== null && window.to !== null && window.to < window.from) {
    throw new UsageError('--to: expected a slot that is not before --from');
  }
  const out = resolve(textOf(values, 'out') ?? 'export');
  const fileOf = ({ name }: ExportTable): string => join(out, `${name}.${format}`);
  const databaseUrl = readDatabaseUrl(environment);
  if (values.force !== true) await requireNew(tables.map(fileOf));

  const log = createLog(environment.LOG_LEVEL || 'warn');
  const stop = stopOnSignals(log);
  const database = connectDatabase(databaseUrl, {
    applicationName: 'inferscan-indexer-export',
    maxConnections: 1,
  });
  const view = createProgress({ label: 'export', terminal: process.stderr, lines: process.stdout });
  let client: DatabaseClient | undefined;
  try {
    await mkdir(out, { recursive: true });
    client = await database.pool.connect();
    client.on('error', () => {});
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await holdEvents(client);
    let rows = 0;
    let bytes = 0;
    for (const table of tables) {
      const queries = queriesOf(table, format, window);
      const { rows: counts } = await client.query<{ n: bigint }>(queries.count);
      const count = Number(counts[0]?.n ?? 0);
      bytes += await writeCopy(client, queries.copy, fileOf(table), {
        signal: stop.signal,
        onProgress: showWriting(view, table.name, count),
      });
      rows += count;
    }
    const { eventsFromSlot } = await readKept(client);
    const lacksEvents = eventsFromSlot !== null && tables.some(({ spec }) => spec === TABLES.event);
    view.end(
      `${grouped(rows)} rows, ${megabytes(bytes)} in ${grouped(tables.length)} files in ${out}` +
        (lacksEvents ? `; events before slot ${grouped(Number(eventsFromSlot))} are not kept` : ''),
    );
    return EXIT.done;
  } catch (error) {
    if (stop.signal.aborted) {
      view.end('stopped; files that were whole stay');
      return EXIT.interrupted;
    }
    log.error({ err: error }, error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  } finally {
    stop.done();
    // It may be in the middle of a COPY.
    client?.release(true);
    await database.close().catch(() => {});
  }
}

const RATE_MS = 10_000;
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

function showWriting(view: ProgressView, name: string, of: number): (lines: number, bytes: number) => void {
  const rate = createPace(RATE_MS);
  return (lines, bytes) => {
    rate.add(Date.now(), bytes);
    const perSecond = rate.perSecond();
    view.update({
      done: lines,
      of,
      text: `${name}: ${grouped(lines)} rows, ${megabytes(bytes)}${perSecond === null ? '' : `, ${megabytes(perSecond)}/s`}`,
    });
  };
}

/** @throws UsageError */
function tablesOf(names: readonly string[]): readonly ExportTable[] {
  if (names.length === 0) return EXPORT_TABLES;
  const known = EXPORT_TABLES.map(({ name }) => name).join(', ');
  return [...new Set(names)].map((wanted) => {
    const table = EXPORT_TABLES.find(({ name }) => name === wanted);
    if (table === undefined) throw new UsageError(`--table: there is no ${wanted}: there are ${known}`);
    return table;
  });
}

/** @throws UsageError where one of the files is there */
async function requireNew(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) throw new UsageError(`${path} is there already: --force writes over it`);
  }
}
