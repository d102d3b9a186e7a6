import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, createWorld, NOW, type World } from './world.js';

const HOUR = 3_600;
const BUCKETS = 32;
const JOBS = 200;
const SEED = Number(process.env.TEST_SEED ?? randomInt(2 ** 31));

interface Life {
  listed: number;
  started: number | null;
  ended: number | null;
  node: string | null;
}

/** Numbers that follow from the seed alone. */
function createDraw(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A job of the last two days, of which any part may lie before the buckets or on the edge of one. */
function drawLife(draw: (below: number) => number, end: number): Life {
  const moment = (from: number): number => {
    const at = from + draw(6 * HOUR);
    return draw(3) === 0 ? at - ((at - end) % HOUR) : at;
  };
  const listed = moment(end - 48 * HOUR + draw(47 * HOUR));
  if (draw(5) === 0) {
    return { listed, started: null, ended: draw(2) === 0 ? moment(listed) : null, node: null };
  }
  const started = Math.max(listed, moment(listed));
  const ended = draw(4) === 0 ? null : Math.max(started, moment(started));
  return { listed, started, ended, node: addressOf(`node ${draw(8)}`) };
}

const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
};

describe(`the series of the network (TEST_SEED=${SEED})`, () => {
  const end = Math.ceil(NOW / HOUR) * HOUR;
  const draw = createDraw(SEED);
  const lives = Array.from({ length: JOBS }, () => drawLife(draw, end));
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    for (const [index, { listed, started, ended, node }] of lives.entries()) {
      const status = ended !== null ? 'finished' : started !== null ? 'running' : 'queued';
      const times = { listed_at: listed, started_at: started, ended_at: ended };
      await world.job(`job ${index}`, 1_000 + index, { status, node, ...times });
    }
  });
  afterAll(() => world.close());

  it('say of every bucket what its definition says', async () => {
    const { series } = await world.api.createCaller().network.overview();
    expect(series).toMatchObject({ bucketSeconds: HOUR, endsAt: end });
    for (let i = 0; i < BUCKETS; i += 1) {
      const ends = end - (BUCKETS - 1 - i) * HOUR;
      const starts = ends - HOUR;
      const isIn = (at: number | null) => at !== null && at >= starts && at < ends;
      const isAfter = (at: number | null) => at === null || at >= ends;
      const running = lives.filter(
        ({ started, ended }) => started !== null && started < ends && isAfter(ended),
      );
      const waiting = lives.filter(
        ({ listed, started, ended }) => listed < ends && isAfter(started ?? ended),
      );
      const busy = lives.filter(
        ({ started, ended }) => started !== null && started < ends && (ended === null || ended >= starts),
      );
      const begun = lives.filter(({ started }) => isIn(started));
      expect({
        bucket: i,
        running: series.jobsRunning[i],
        waiting: series.jobsWaiting[i],
        nodes: series.nodesAtWork[i],
        median: series.medianWaitSeconds[i],
        listed: series.jobsListed[i],
      }).toEqual({
        bucket: i,
        running: running.length,
        waiting: waiting.length,
        nodes: new Set(busy.map(({ node }) => node)).size,
        median: median(begun.map(({ listed, started }) => (started ?? 0) - listed)),
        listed: lives.filter(({ listed }) => isIn(listed)).length,
      });
    }
  });

  it('take the hours that are kept, up to the first that does not stand', async () => {
    const { pool } = world.database;
    const before = (await world.api.createCaller().network.overview()).series;
    const start = end - BUCKETS * HOUR;
    const keep = async (from: number, to: number, listed: number) => {
      await pool.query('DELETE FROM network_hour');
      await pool.query(
        'INSERT INTO network_hour SELECT hour, 1, 2, 3, $3, 4.5 FROM generate_series($1::bigint, $2::bigint, 3600) AS hour',
        [start + from * HOUR, start + to * HOUR, listed],
      );
      await pool.query('DELETE FROM network_hour_stale');
    };
    const listed = async () => (await world.api.createCaller().network.overview()).series.jobsListed;
    const counted = (from: number) => before.jobsListed.slice(from);
    await keep(0, 9, 77);
    expect(await listed()).toEqual([...Array(10).fill(77), ...counted(10)]);
    await pool.query('INSERT INTO network_hour_stale (since) VALUES ($1), ($2)', [end, start + 4 * HOUR]);
    expect(await listed()).toEqual([...Array(4).fill(77), ...counted(4)]);
    await keep(1, 9, 77);
    expect(await listed()).toEqual(before.jobsListed);
    await keep(0, BUCKETS - 1, 5);
    const { series } = await world.api.createCaller().network.overview();
    expect([series.jobsRunning[31], series.jobsWaiting[31], series.nodesAtWork[31]]).toEqual([1, 2, 3]);
    expect([series.medianWaitSeconds[31], series.jobsListed[31]]).toEqual([4.5, 5]);
  });

  it('are empty while history is loaded in bulk, and what is counted by triggers is not', async () => {
    const { pool } = world.database;
    await pool.query("INSERT INTO deferred_index VALUES ('some_idx', 'CREATE INDEX some_idx ON job (id)')");
    const { series, jobsTotal, medianWaitSeconds } = await world.api.createCaller().network.overview();
    await pool.query('DELETE FROM deferred_index');
    expect(new Set([...series.jobsListed, ...series.jobsRunning])).toEqual(new Set([0]));
    expect([jobsTotal, medianWaitSeconds]).toEqual([JOBS, null]);
  });

  it('keep count of the jobs in each state as they are written', async () => {
    const { pool } = world.database;
    await pool.query("UPDATE job SET status = 'ended', node = NULL, paid = paid + 7 WHERE listed_at % 5 = 0");
    await pool.query('DELETE FROM job WHERE listed_at % 7 = 0');
    const { rows } = await pool.query(
      'SELECT market, node, status, jobs, paid FROM job_count WHERE jobs <> 0 OR paid <> 0 ORDER BY 1, 2, 3',
    );
    const counted = await pool.query(
      `SELECT market, coalesce(node, '') AS node, status, count(*) AS jobs, sum(paid) AS paid FROM job
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    );
    expect(rows).toEqual(counted.rows);
    expect(rows.length).toBeGreaterThan(1);
  });
});
