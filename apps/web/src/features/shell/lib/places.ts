/** A page that every other page leads to. */
export interface Place {
  href: string;
  name: string;
  /** Letter after `g` that goes there. */
  letter: string;
  /** One line for the palette. */
  what: string;
  /** Shown in the header. */
  main: boolean;
}

export const PLACES: readonly Place[] = [
  { href: '/', name: 'Home', letter: 'h', what: 'The network at a glance', main: false },
  { href: '/jobs', name: 'Jobs', letter: 'j', what: 'Every job ever listed', main: true },
  { href: '/nodes', name: 'Nodes', letter: 'n', what: 'Who runs them, and how well', main: true },
  { href: '/markets', name: 'Markets', letter: 'm', what: 'Prices, queues and vaults', main: true },
  { href: '/hardware', name: 'Hardware', letter: 'w', what: 'CPUs and GPUs, measured', main: true },
  {
    href: '/network',
    name: 'Network',
    letter: 't',
    what: 'Jobs, money and waiting times, hour by hour and day by day',
    main: true,
  },
  { href: '/launch', name: 'Launch a job', letter: 'l', what: 'Post a job and watch it run', main: false },
  {
    href: '/coverage',
    name: 'Coverage',
    letter: 'c',
    what: 'What is indexed, and whether it agrees with the chain',
    main: false,
  },
  { href: '/design', name: 'Design', letter: 'd', what: 'Every component in every state', main: false },
];

/** Whether a path lies under a place. */
export const isUnder = (path: string, href: string): boolean =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
