import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestDatabase, type TestDatabase } from '@inferscan/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { dropEvents } from '../../src/retention/drop-events.js';
import { runCommand } from '../support/command.js';
import { storeDays } from '../support/stored-days.js';

let test: TestDatabase;
let out: string;
beforeAll(async () => {
  test = await createTestDatabase();
  out = await mkdtemp(join(tmpdir(), 'inferscan-retention-'));
  await storeDays(
    test,
    [
      { slot: 10n, day: 0 },
      { slot: 1_234n, day: 50 },
    ],
    1_234n,
  );
  expect(await dropEvents(test.database, 30)).toBe('done');
});
afterAll(async () => {
  await test.drop();
  await rm(out, { recursive: true, force: true });
});

describe('the commands, where old events are not kept,', () => {
  it('refuse to fold, say what they did not compare, and what an export lacks', async () => {
    const environment = { DATABASE_URL: test.url };
    const [refolded, verified, exported] = await Promise.all([
      runCommand(['refold'], environment),
      runCommand(['verify', '--offline'], environment),
      runCommand(['export', '--table', 'events', '--out', out], environment),
    ]);
    expect(refolded.code).toBe(1);
    expect(refolded.stderr).toContain('events before slot 1234 are not kept (RETAIN_EVENTS_DAYS)');
    expect(verified.code).toBe(0);
    expect(verified.stdout).toContain('events before slot 1,234 are not kept');
    expect(verified.stdout).toContain('tables: not compared');
    expect(verified.stdout).toContain('what was compared agrees');
    expect(exported.code).toBe(0);
    expect(exported.stdout).toContain('events before slot 1,234 are not kept');
  });
});
