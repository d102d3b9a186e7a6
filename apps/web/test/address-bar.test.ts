import { describe, expect, it } from 'vitest';
import { columnChoices, shownColumns } from '../src/features/jobs/lib/columns';
import { jobFilters, jobListInput } from '../src/features/jobs/lib/filters';
import { choiceOf, hrefWith, oneOf } from '../src/format/search-params';

describe('parameters of an address', () => {
  it('are read one by one, the first of several', () => {
    expect(oneOf({ q: ['a', 'b'] }, 'q')).toBe('a');
    expect(oneOf({ q: '' }, 'q')).toBeUndefined();
    expect(oneOf({}, 'q')).toBeUndefined();
  });

  it('that are no choice are the first one', () => {
    expect(choiceOf({ sort: 'oldest' }, 'sort', ['newest', 'oldest'])).toBe('oldest');
    expect(choiceOf({ sort: 'x; drop table' }, 'sort', ['newest', 'oldest'])).toBe('newest');
  });

  it('are changed, added and taken away, always in one order', () => {
    expect(hrefWith('/jobs', { status: 'done', cursor: 'abc' }, { cursor: undefined, market: 'm' })).toBe(
      '/jobs?market=m&status=done',
    );
    expect(hrefWith('/jobs', { status: 'done' }, { status: undefined })).toBe('/jobs');
    expect(hrefWith('/jobs', {}, { model: 'a b&c' })).toBe('/jobs?model=a+b%26c');
  });
});

describe('columns of jobs', () => {
  it('are chosen in the address, in their own order, never without the job', () => {
    expect(shownColumns({ columns: 'state,work,nonsense' })).toEqual(['job', 'work', 'state']);
    expect(shownColumns({})).not.toContain('time');
  });

  it('come back to a clean address when they are the usual ones', () => {
    const more = columnChoices({}).find((choice) => choice.name === 'Ran');
    expect(more).toMatchObject({ shown: false });
    const columns = new URL(more?.href ?? '', 'http://x').searchParams.get('columns') ?? '';
    expect(columns.split(',')).toContain('time');
    expect(columnChoices({ columns }).find((choice) => choice.name === 'Ran')?.href).toBe('/jobs');
  });
});

describe('filters of jobs', () => {
  const market = '246ogWJiz6J9rtJgVueXVXFnwTwYBysTLmPQBSRnyqh1';

  it('ask only for what makes sense', () => {
    const filters = jobFilters({ status: 'done', market, node: "'; --", model: 'arithmetic' });
    expect(jobListInput(filters, 50)).toEqual({
      status: ['finished', 'ended', 'done'],
      market,
      model: 'arithmetic',
      sort: 'newest',
      limit: 50,
    });
  });

  it('show everything when nothing is asked', () => {
    expect(jobListInput(jobFilters({}), 50)).toEqual({ sort: 'newest', limit: 50 });
  });
});
