/** First days of the eras of the jobs program, by the dates of its source. */
export const ERAS = {
  A: '2022-03-17',
  A2: '2022-04-07',
  A3: '2022-07-27',
  A4: '2022-07-28',
  A5: '2022-08-18',
  B: '2022-08-26',
  B2: '2022-08-29',
  C: '2022-09-16',
  C2: '2022-09-19',
  C3: '2022-09-22',
  C4: '2022-09-23',
  C5: '2022-09-25',
  C6: '2022-09-27',
  D: '2022-10-10',
  E: '2022-10-11',
  E2: '2022-10-13',
  E3: '2022-10-13',
  F: '2022-10-26',
  G: '2022-11-15',
  H: '2023-09-12',
  I: '2024-11-27',
  J: '2024-12-09',
  K: '2025-01-23',
  L: '2025-07-15',
  M: '2026-06-02',
} as const;
export type Era = keyof typeof ERAS;

const NAMES = Object.keys(ERAS) as Era[];

/** Noon of an era's first day, Unix seconds. */
export const noonOf = (era: Era): bigint => BigInt(Date.parse(`${ERAS[era]}T12:00:00Z`) / 1000);

/** `A-A3` is A, A2 and A3; `H-` is H and all that follow. */
export function erasIn(range: string): Era[] {
  const [first = '', last = first] = range.split('-');
  const [from, to] = [
    NAMES.indexOf(first as Era),
    last === '' ? NAMES.length - 1 : NAMES.indexOf(last as Era),
  ];
  if (from < 0 || to < from) throw new Error(`no eras ${range}`);
  return NAMES.slice(from, to + 1);
}
