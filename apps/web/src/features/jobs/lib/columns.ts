import { hrefWith, oneOf, type SearchParams } from '@/format/search-params';

/** Columns of the list of jobs in their order; the job itself always shows. */
export const JOB_COLUMNS = [
  'job',
  'work',
  'market',
  'node',
  'listed',
  'life',
  'time',
  'state',
  'paid',
] as const;
export type JobColumn = (typeof JOB_COLUMNS)[number];

const NAMES: Record<JobColumn, string> = {
  job: 'Job',
  work: 'Model',
  market: 'Market',
  node: 'Node',
  listed: 'Listed',
  life: 'Life line',
  time: 'Ran',
  state: 'State',
  paid: 'Paid',
};

const DEFAULT: readonly JobColumn[] = JOB_COLUMNS.filter((column) => column !== 'time');

/** The columns that an address asks for, e.g. ?columns=work,state; without it the usual ones. */
export function shownColumns(params: SearchParams): readonly JobColumn[] {
  const asked = oneOf(params, 'columns')?.split(',');
  if (asked === undefined) return DEFAULT;
  return JOB_COLUMNS.filter((column) => column === 'job' || asked.includes(column));
}

/** Every column that can be chosen, with the address that shows or hides it. */
export function columnChoices(params: SearchParams): { name: string; shown: boolean; href: string }[] {
  const shown = shownColumns(params);
  return JOB_COLUMNS.filter((column) => column !== 'job').map((column) => {
    const here = shown.includes(column);
    const next = JOB_COLUMNS.filter((other) => (other === column ? !here : shown.includes(other)));
    const usual = next.join() === DEFAULT.join();
    return {
      name: NAMES[column],
      shown: here,
      href: hrefWith('/jobs', params, { columns: usual ? undefined : next.join() }),
    };
  });
}
