import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, cidOf, createWorld, MARKET, NOW, OTHER_MARKET, type World } from './world.js';

/** So many that those of a model that most name are not gathered first. */
const JOBS = 12_000;
const PAGE = 40;

describe('lists of many jobs', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.market(MARKET);
    await world.market(OTHER_MARKET);
    await world.definition('common', { model: 'common' });
    await world.definition('also common', { model: 'common' });
    await world.definition('rare', { model: 'rare' });
    await world.job('first', 1, { definition_cid: cidOf('common'), started_at: NOW - 50 });
    // Copies of one job, each with a slot, a state, a market, a node, a definition and mostly a result of its own.
    await world.database.pool.query(
      `INSERT INTO job SELECT (jsonb_populate_record(j, jsonb_build_object(
         'id', j.address || n || '@' || p, 'address', j.address || n, 'listed_position', p, 'updated_position', p,
         'status', (ARRAY['finished', 'finished', 'ended', 'delisted', 'queued'])[1 + n % 5],
         'market', ($1::text[])[1 + (n % 97 = 0)::int], 'node', ($2::text[])[1 + n % 7],
         'definition_cid', ($3::text[])[1 + (n % 3 = 0)::int + (n % 50 = 0)::int]))).*
       FROM job AS j, generate_series(2, $4) AS n, LATERAL (SELECT lpad(n::text, 12, '0') || '-000000-000-000' AS p) AS place`,
      [
        [MARKET, OTHER_MARKET],
        Array.from({ length: 7 }, (_, index) => addressOf(`node ${index}`)),
        [cidOf('common'), cidOf('also common'), cidOf('rare')],
        JOBS,
      ],
    );
    await world.database.pool.query(
      `INSERT INTO result_facts (job_id, definition_cid, basis, state, outcome, fault, fault_code, fault_reason)
       SELECT id, definition_cid, '', (ARRAY['success', 'success', 'failed', 'unknown'])[1 + n % 4 - (n % 4 = 3 AND n % 16 <> 3)::int],
         'success', 'nobody', '', ''
       FROM (SELECT *, listed_position::text::char(12)::int AS n FROM job) AS j WHERE n % 5 < 3`,
    );
  }, 60_000);
  afterAll(() => world.close());

  it.each([
    {},
    { model: 'common' },
    { model: 'rare' },
    { model: 'nobody' },
    { model: 'common', result: 'failed' },
    { model: 'rare', result: 'failed', market: MARKET },
    { model: 'rare', status: ['queued', 'delisted'] },
    { result: 'failed' },
    { result: 'unknown' },
    { result: 'stopped' },
    { result: 'failed', market: MARKET },
    { result: 'failed', market: OTHER_MARKET },
    { result: 'unknown', node: addressOf('node 3') },
    { result: 'success', status: 'ended', model: 'common', market: OTHER_MARKET },
    { market: OTHER_MARKET, status: 'queued' },
  ] as const)('page by page are what all jobs give: %o', async (filter) => {
    const { model, result, market, node, status }: Record<string, string | readonly string[]> = filter;
    const caller = world.api.createCaller();
    for (const sort of ['newest', 'oldest'] as const) {
      const { rows } = await world.database.pool.query<{ id: string }>(
        `SELECT j.id FROM job AS j LEFT JOIN definition_facts AS d ON d.cid = j.definition_cid
           LEFT JOIN result_facts AS r ON r.job_id = j.id
         WHERE ($1::text IS NULL OR d.model = $1) AND ($2::text IS NULL OR r.state = $2) AND ($3::text IS NULL OR j.market = $3)
           AND ($4::text IS NULL OR j.node = $4) AND ($5::text[] IS NULL OR j.status = ANY ($5))
         ORDER BY j.listed_position ${sort === 'newest' ? 'DESC' : ''} LIMIT ${3 * PAGE}`,
        [model, result, market, node, status === undefined ? null : [status].flat()],
      );
      const listed: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await caller.jobs.list({
          ...(filter as object),
          sort,
          limit: PAGE,
          ...(cursor === null ? {} : { cursor }),
        });
        listed.push(...page.rows.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null && listed.length < 3 * PAGE);
      expect(listed).toEqual(rows.map(({ id }) => id));
    }
  });

  it('are counted by a search as far as it goes', async () => {
    const search = (query: string) => world.api.createCaller().search.resolve({ query });
    expect(await search('o')).toMatchObject([{ id: 'common', jobs: null }]);
    const [{ n } = { n: 0n }] = (
      await world.database.pool.query<{ n: bigint }>(
        'SELECT count(*) AS n FROM job WHERE definition_cid = $1',
        [cidOf('rare')],
      )
    ).rows;
    expect(await search('RAR')).toMatchObject([{ id: 'rare', jobs: Number(n) }]);
    expect(Number(n)).toBeGreaterThan(10);
    expect(await search(cidOf('rare'))).toMatchObject([{ kind: 'definition', jobs: Number(n) }]);
    expect(await search('r')).toMatchObject([{ id: 'rare' }]);
    expect(await search(addressOf('project'))).toMatchObject([{ kind: 'project', jobs: JOBS }]);
  });
});
