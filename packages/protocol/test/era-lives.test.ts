import { describe, expect, it } from 'vitest';
import { UNKNOWN_ADDRESS, UNKNOWN_DIGEST } from '../src/fold/unknown.js';
import { addr, digest, hexOf } from './support/addresses.js';
import { NO_JOB, NO_RUN } from './support/call.js';
import { createEraWorld } from './support/era-world.js';

// The market's price in these stories is 777, its timeout an hour: see the values of the forms.
const PRICE = 777n;
const HOUR = 3_600n;

describe('before markets', () => {
  it('there are events, and no state', () => {
    const world = createEraWorld('2022-08-30');
    world.call('create', 'B', {}, [world.pays(5n, 'user', 'oldVault')]);
    world.call('claim', 'B2');
    world.call('finish', 'B', {}, [world.pays(5n, 'oldVault', 'user')]);
    world.call('stop', 'B');
    const seen = world.seen();
    expect(seen.events.map(({ instruction, form }) => instruction + form)).toEqual([
      'createB',
      'claimB2',
      'finishB',
      'stopB',
    ]);
    expect(seen.events[2]?.movements.map(({ amount }) => amount)).toEqual([5n]);
    expect([seen.jobs, seen.markets, seen.nodes].map(({ size }) => size)).toEqual([0, 0, 0]);
    expect([seen.ledger, seen.anomalies]).toEqual([[], []]);
  });
});

describe('era C', () => {
  const market = () => {
    const world = createEraWorld('2022-09-24');
    world.call('init', 'C3', { authority: 'owner' });
    return world;
  };

  it('pays the price of a job to the node that claimed it', () => {
    const world = market();
    world.call('create', 'C2', { job: 'job', authority: 'poster', feePayer: 'payer' }, world.deposit(PRICE));
    world.call('claim', 'C', { job: 'job', authority: 'node' });
    const startedAt = world.now();
    world.call('finish', 'C', { job: 'job', authority: 'node' }, world.payment(PRICE));
    const seen = world.seen();
    expect(seen.anomalies).toEqual([]);
    expect(seen.market('market')).toMatchObject({
      authority: addr('owner'),
      jobPrice: PRICE,
      jobTimeout: HOUR,
      jobExpiration: 0n,
      nodeXnosMinimum: 5_000_000n,
      nodeAccessKey: addr('accessKey'),
      queueType: 'empty',
      vaultBalance: 0n,
    });
    expect(seen.job('job')).toMatchObject({
      status: 'finished',
      project: addr('poster'),
      payer: addr('payer'),
      node: addr('node'),
      price: PRICE,
      pricedPerJob: true,
      timeout: HOUR,
      startedAt,
      endedAt: world.now(),
      definitionDigest: hexOf(digest('definition')),
      resultDigest: hexOf(digest('result')),
      deposited: PRICE,
      paid: PRICE,
      fees: PRICE / 10n,
      closedAt: null,
    });
    expect(seen.run('job')).toMatchObject({
      job: addr('job'),
      node: addr('node'),
      endedBy: 'finish',
      paid: PRICE,
    });
    expect(seen.node('node')).toMatchObject({ runsStarted: 1, runsFinished: 1, earned: PRICE });
    expect(seen.kindsOf('job')).toEqual([
      ['deposit', PRICE],
      ['fee', PRICE / 10n],
      ['payout', PRICE],
    ]);
  });

  it('does not say who was matched: the node tells by finishing', () => {
    const world = market();
    world.call('enter', 'C', { authority: 'node' });
    world.call('create', 'C2', { job: 'job' }, world.deposit(PRICE));
    const before = world.seen();
    expect(before.job('job')).toMatchObject({ status: 'unqueued', node: null });
    expect(before.node('node')).toMatchObject({ queuedIn: null, lastSeenAt: world.now() - 10n });
    world.call('finish', 'C', { job: 'job', authority: 'node' }, world.payment(PRICE));
    const seen = world.seen();
    expect(seen.job('job')).toMatchObject({ status: 'finished', node: addr('node'), startedAt: null });
    expect(seen.run('job')).toMatchObject({ node: addr('node'), startedAt: null, paid: PRICE });
    expect(seen.anomalies).toEqual([]);
  });

  it('lets another node claim what one gave up, or did not end in time', () => {
    const world = market();
    world.call('create', 'C2', { job: 'job' }, world.deposit(PRICE));
    world.call('claim', 'C', { job: 'job', authority: 'slow' });
    world.call('cancel', 'C', { job: 'job', authority: 'slow' });
    expect(world.seen().job('job')).toMatchObject({ status: 'unqueued', node: addr('slow') });
    world.call('claim', 'C', { job: 'job', authority: 'slower' });
    world.wait(2n * HOUR);
    world.call('claim', 'C', { job: 'job', authority: 'node' });
    expect(world.seen().job('job')).toMatchObject({ status: 'running', node: addr('node') });
    world.call('finish', 'C', { job: 'job', authority: 'node' }, world.payment(PRICE));
    const seen = world.seen();
    expect([...seen.runs.values()].map(({ node, endedBy }) => [node, endedBy])).toEqual([
      [addr('slow'), 'quit'],
      [addr('slower'), 'quit'],
      [addr('node'), 'finish'],
    ]);
    expect(seen.snapshot.runs).toEqual([]);
    expect(seen.anomalies).toEqual([]);
  });

  it('gives the price back when a job is closed that nobody did', () => {
    const world = market();
    world.call('create', 'C2', { job: 'job' }, world.deposit(PRICE));
    world.call('close', 'C', { job: 'job' }, world.payment(PRICE));
    const seen = world.seen();
    expect(seen.job('job')).toMatchObject({ status: 'delisted', refunded: PRICE, closedAt: world.now() });
    expect(seen.kindsOf('job').at(-1)).toEqual(['refund', PRICE]);
    expect(seen.snapshot.jobs).toEqual([]);
    expect(seen.anomalies).toEqual([]);
  });

  it('closes the account of a job that is done, without money', () => {
    const world = market();
    world.call('create', 'C2', { job: 'job' }, world.deposit(PRICE));
    world.call('finish', 'C', { job: 'job', authority: 'node' }, world.payment(PRICE));
    world.call('close', 'C', { job: 'job' });
    expect(world.seen().job('job')).toMatchObject({ status: 'finished', closedAt: world.now() });
  });

  it('changes a market and closes it by stop', () => {
    const world = market();
    world.call('update', 'C6', { accessKey: 'another key' });
    world.call('stop', 'C6', {}, [world.pays(3n, 'vault', 'owner')]);
    const seen = world.seen();
    expect(seen.market('market')).toMatchObject({
      nodeAccessKey: addr('another key'),
      closedAt: world.now(),
      vaultBalance: -3n,
    });
    expect(seen.ledger.map(({ kind }) => kind)).toEqual(['close']);
  });
});

describe('era D', () => {
  const market = () => {
    const world = createEraWorld('2022-10-10');
    world.call('open', 'D', { authority: 'owner' });
    return world;
  };

  it('shows a waiting order only by its money, and its job when a node takes it', () => {
    const world = market();
    world.call('list', 'D', { job: NO_JOB }, world.deposit(PRICE));
    const waiting = world.seen();
    expect(waiting.jobs.size).toBe(0);
    expect(waiting.market('market')).toMatchObject({ vaultBalance: PRICE, queueType: 'empty' });
    world.call('work', 'D', { job: 'job', authority: 'node' }, [world.makes('job', 232n)]);
    world.call('finish', 'C', { job: 'job', authority: 'node' }, world.payment(PRICE));
    const seen = world.seen();
    expect(seen.job('job')).toMatchObject({
      status: 'finished',
      definitionDigest: UNKNOWN_DIGEST,
      project: UNKNOWN_ADDRESS,
      price: PRICE,
      paid: PRICE,
      node: addr('node'),
    });
    expect(seen.market('market').vaultBalance).toBe(0n);
    expect(seen.anomalies).toEqual([]);
  });

  it('knows a job that found a node at once, given up, claimed and recovered', () => {
    const world = market();
    world.call('work', 'D', { job: NO_JOB, authority: 'node' });
    world.call('stop', 'D', { authority: 'other' });
    world.call('list', 'D', { job: 'job', authority: 'poster' }, [
      world.makes('job', 232n),
      ...world.deposit(PRICE),
    ]);
    world.call('quit', 'D', { job: 'job', authority: 'node' });
    expect(world.seen().job('job')).toMatchObject({ status: 'stopped', node: addr('node') });
    world.call('claim', 'D', { job: 'job', authority: 'other' });
    expect(world.seen().job('job')).toMatchObject({ status: 'running', node: addr('other') });
    world.call('quit', 'D', { job: 'job', authority: 'other' });
    world.call('recover', 'D', { job: 'job', authority: 'poster' }, world.payment(PRICE));
    const seen = world.seen();
    expect(seen.job('job')).toMatchObject({ status: 'recovered', deposited: PRICE, refunded: PRICE });
    expect(seen.anomalies).toEqual([]);
  });
});

describe('the queue', () => {
  /** Two nodes wait, a job finds one; two jobs wait, a node finds one. */
  function matches(date: string) {
    const world = createEraWorld(date);
    world.call('open', 'F', { authority: 'owner' });
    world.call('work', 'E', { run: 'r1', authority: 'first' });
    world.call('work', 'E', { run: 'r2', authority: 'last' });
    world.call('list', 'E3', { job: 'job', run: 'r3' }, [world.makes('r3'), ...world.deposit(PRICE)]);
    const nodes = world.seen();
    world.call('stop', 'D', {
      authority: nodes.market('market').queue[0] === addr('first') ? 'first' : 'last',
    });
    world.call('list', 'E3', { job: 'early', run: NO_RUN }, world.deposit(PRICE));
    world.call('list', 'E3', { job: 'late', run: NO_RUN }, world.deposit(PRICE));
    world.call('work', 'E', { run: 'r4', authority: 'node' }, [world.makes('r4')]);
    const seen = world.seen();
    expect(seen.anomalies).toEqual([]);
    return [nodes.run('r3').node, seen.run('r4').job];
  }

  it('was last in, first out until the first release that changed it', () => {
    expect(matches('2022-11-27')).toEqual([addr('last'), addr('late')]);
    expect(matches('2022-11-28')).toEqual([addr('first'), addr('early')]);
  });

  it('is put right by the node that finishes, where the order was another than the date says', () => {
    const world = createEraWorld('2022-12-01');
    world.call('open', 'F', { authority: 'owner' });
    world.call('work', 'E', { run: 'r1', authority: 'first' });
    world.call('work', 'E', { run: 'r2', authority: 'middle' });
    world.call('work', 'E', { run: 'r2', authority: 'last' });
    world.call('list', 'E3', { job: 'job', run: 'r3' }, [world.makes('r3'), ...world.deposit(PRICE)]);
    world.call('finish', 'E', { job: 'job', run: 'r3', authority: 'last' }, world.payment(PRICE));
    const seen = world.seen();
    expect(seen.anomalies).toHaveLength(1);
    expect(seen.market('market').queue).toEqual([addr('middle'), addr('first')]);
    expect(seen.node('first')).toMatchObject({ queuedIn: addr('market'), runsStarted: 0, runsFinished: 0 });
    expect(seen.node('last')).toMatchObject({
      queuedIn: null,
      runsStarted: 1,
      runsFinished: 1,
      earned: PRICE,
    });
  });

  it('is put right by the job that is finished', () => {
    const world = createEraWorld('2022-12-01');
    world.call('open', 'F', { authority: 'owner' });
    world.call('list', 'E3', { job: 'early', run: NO_RUN }, world.deposit(PRICE));
    world.call('list', 'E3', { job: 'late', run: NO_RUN }, world.deposit(PRICE));
    world.call('work', 'E', { run: 'r4', authority: 'node' }, [world.makes('r4')]);
    world.call('finish', 'E', { job: 'late', run: 'r4', authority: 'node' }, world.payment(PRICE));
    const seen = world.seen();
    expect(seen.anomalies).toHaveLength(1);
    expect(seen.market('market').queue).toEqual([addr('early')]);
    expect(seen.job('early')).toMatchObject({ status: 'queued', node: null, runId: null, startedAt: null });
    expect(seen.job('late')).toMatchObject({ status: 'finished', paid: PRICE });
  });
});

describe('what a job costs', () => {
  const market = (date: string) => {
    const world = createEraWorld(date);
    world.call('open', 'F', { authority: 'owner' });
    world.call('work', 'E', { run: 'r1', authority: 'node' });
    return world;
  };
  const job = { job: 'job', run: 'run', authority: 'project' };

  it('was the price, paid whole, until G', () => {
    const world = market('2023-05-01');
    world.call('list', 'E3', job, [world.makes('run'), ...world.deposit(PRICE)]);
    world.call('finish', 'E', { ...job, authority: 'node' }, world.payment(PRICE));
    const seen = world.seen();
    expect(seen.job('job')).toMatchObject({ pricedPerJob: true, price: PRICE, timeout: HOUR, paid: PRICE });
    expect(seen.anomalies).toEqual([]);
  });

  it('was once all that the vault held', () => {
    const world = createEraWorld('2022-10-20');
    world.call('open', 'E2', { authority: 'owner' });
    world.call('list', 'E3', { job: 'other', run: NO_RUN }, world.deposit(PRICE));
    world.call('list', 'E3', { job: 'job', run: NO_RUN }, world.deposit(PRICE));
    world.call('work', 'E', { run: 'run', authority: 'node' }, [world.makes('run')]);
    world.call('finish', 'E', { ...job, authority: 'node' }, world.payment(2n * PRICE));
    const seen = world.seen();
    expect(seen.job('job').paid).toBe(2n * PRICE);
    expect(seen.market('market').vaultBalance).toBe(0n);
    expect(seen.anomalies).toEqual([]);
  });

  it('is reported where it is neither', () => {
    const world = market('2023-05-01');
    world.call('list', 'E3', job, [world.makes('run'), ...world.deposit(PRICE)]);
    world.call('finish', 'E', { ...job, authority: 'node' }, world.payment(PRICE - 1n));
    expect(world.seen().anomalies).toEqual([`job ${addr('job')} settled 776 of a deposit of 777`]);
  });

  it('is the price by seconds since H, with the rest back', () => {
    const world = market('2024-01-05');
    world.call('list', 'E3', job, [world.makes('run'), ...world.deposit(PRICE * HOUR, PRICE / 10n)]);
    world.call(
      'finish',
      'H',
      { ...job, authority: 'node' },
      world.payment(PRICE * 10n, PRICE * (HOUR - 10n)),
    );
    const seen = world.seen();
    expect(seen.job('job')).toMatchObject({
      price: PRICE,
      timeout: HOUR,
      deposited: PRICE * HOUR,
      paid: PRICE * 10n,
      refunded: PRICE * (HOUR - 10n),
      fees: PRICE / 10n,
    });
    expect(seen.job('job').pricedPerJob).toBeUndefined();
    expect(seen.anomalies).toEqual([]);
  });

  it('is told by the deposit where H came later than its date, and by the date where nothing was paid', () => {
    const late = market('2023-10-01');
    late.call('list', 'E3', job, [late.makes('run'), ...late.deposit(PRICE)]);
    expect(late.seen().job('job').pricedPerJob).toBe(true);
    const free = (date: string) => {
      const world = createEraWorld(date);
      world.call('list', 'E3', { ...job, run: NO_RUN });
      return world.seen().job('job').pricedPerJob;
    };
    expect([free('2023-09-11'), free('2023-09-13')]).toEqual([true, undefined]);
  });

  it('was read as a price by seconds when a job from before ended after', () => {
    const world = market('2023-09-01');
    world.call('list', 'E3', { ...job, job: 'other', run: 'r9' }, [
      world.makes('r9'),
      ...world.deposit(PRICE),
    ]);
    world.call('list', 'E3', { ...job, run: NO_RUN }, world.deposit(PRICE));
    world.until('2024-01-05');
    world.call(
      'finish',
      'H',
      { ...job, job: 'other', run: 'r9', authority: 'node' },
      world.payment(PRICE * 5n, PRICE * (HOUR - 5n)),
    );
    const seen = world.seen();
    expect(seen.job('other')).toMatchObject({ pricedPerJob: true, deposited: PRICE, paid: PRICE * 5n });
    expect(seen.market('market').vaultBalance).toBe(2n * PRICE - PRICE * HOUR);
    expect(seen.anomalies).toEqual([]);
  });

  it('is the job’s own since I, and its terms stay when those of the market change', () => {
    const world = market('2024-12-01');
    world.call('update', 'I', {});
    world.call('list', 'I', job, [world.makes('run'), ...world.deposit(PRICE * 7_200n)]);
    world.call('update', 'H', {});
    const seen = world.seen();
    expect(seen.job('job')).toMatchObject({ timeout: 7_200n, deposited: PRICE * 7_200n });
    expect(seen.market('market')).toMatchObject({ jobTimeout: HOUR, nodeXnosMinimum: 5_000_000n });
    expect(seen.anomalies).toEqual([]);
  });
});

describe('settlements before jobs knew their payer', () => {
  it('went back to the project', () => {
    const world = createEraWorld('2025-03-01');
    world.call('open', 'F', { authority: 'owner' });
    world.call('finish', 'J', { job: 'job', run: 'run', authority: 'node' }, [
      world.pays(70n, 'vault', 'user'),
      world.pays(30n, 'vault', 'deposit'),
    ]);
    expect(world.seen().job('job')).toMatchObject({
      project: addr('project'),
      payer: addr('project'),
      paid: 70n,
      refunded: 30n,
    });
  });
});
