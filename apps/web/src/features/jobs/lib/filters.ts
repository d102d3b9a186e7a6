import type { RouterInputs } from '@inferscan/api/client';
import { choiceOf, oneOf, type SearchParams } from '@/format/search-params';

export const STATUS_FILTERS = ['all', 'waiting', 'running', 'done', 'failed', 'taken-back'] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];

export const STATUS_NAMES: Record<StatusFilter, string> = {
  all: 'All',
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  'taken-back': 'Taken back',
};

type JobListInput = RouterInputs['jobs']['list'];

const STATUS_INPUT: Record<StatusFilter, Pick<JobListInput, 'status' | 'result'>> = {
  all: {},
  waiting: { status: ['queued', 'unqueued'] },
  running: { status: 'running' },
  done: { status: ['finished', 'ended', 'done'] },
  failed: { result: 'failed' },
  'taken-back': { status: ['delisted', 'recovered', 'stopped'] },
};

const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

/** What a jobs page shows, read from its address; what makes no sense there is not asked for. */
export interface JobFilters {
  status: StatusFilter;
  market: string | undefined;
  model: string | undefined;
  node: string | undefined;
  project: string | undefined;
  sort: 'newest' | 'oldest';
  cursor: string | undefined;
}

export function jobFilters(params: SearchParams): JobFilters {
  const address = (name: string) => {
    const value = oneOf(params, name);
    return value !== undefined && ADDRESS.test(value) ? value : undefined;
  };
  return {
    status: choiceOf(params, 'status', STATUS_FILTERS),
    market: address('market'),
    node: address('node'),
    project: address('project'),
    model: oneOf(params, 'model')?.slice(0, 200),
    sort: choiceOf(params, 'sort', ['newest', 'oldest']),
    cursor: oneOf(params, 'cursor')?.slice(0, 300),
  };
}

export function jobListInput(filters: JobFilters, limit: number): JobListInput {
  const { status, sort, ...rest } = filters;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...STATUS_INPUT[status], ...given, sort, limit };
}
