/** The first word of a memo that names what was done of a job that is handed back. */
const HANDOVER = 'inferscan.handover/1';
/** A transaction has no room for many more. */
const MAX_PARTIALS = 8;

const CID = /^(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,120})$/;

/**
 * What a node writes beside the instruction that hands a job back: the addresses of the partial results of its ops, for whoever
 * takes the job next. Null where there are none.
 */
export function handoverMemo(partials: readonly string[]): string | null {
  const named = partials.filter((cid) => CID.test(cid)).slice(0, MAX_PARTIALS);
  return named.length === 0 ? null : [HANDOVER, ...named].join(' ');
}

/** The addresses in such a memo; none for any other text. Never throws. */
export function readHandoverMemo(memo: string): readonly string[] {
  const [version, ...named] = memo.split(' ');
  if (version !== HANDOVER || named.length > MAX_PARTIALS) return [];
  return named.every((cid) => CID.test(cid)) ? named : [];
}
