// Every form of every instruction of the jobs program as the network's history tells it, written down apart from the
// decoder: the eras in which it was in use, its accounts in order, its arguments in order.

/** Values of arguments, by name, as the transaction holds them. */
export const VALUES = {
  bump: ['u8', 254n],
  amount: ['u64', 12_345_678n],
  ipfsJob: ['digest', 'definition'],
  ipfsResult: ['digest', 'result'],
  jobPrice: ['u64', 777n],
  jobTimeout: ['i64', 3600n],
  jobExpiration: ['i64', 86_400n],
  jobType: ['u8', 2n],
  stake64: ['u64', 5_000_000n],
  stake128: ['u128', 5_000_000n],
  xnos64: ['u64', 6_000_000n],
  xnos128: ['u128', 6_000_000n],
  timeout: ['i64', 7200n],
} as const;
type Value = keyof typeof VALUES;

/** Names of arguments that have another name as arguments than as values above. */
export const ARGUMENT_NAMES: Partial<Record<Value, string>> = {
  stake64: 'nodeStakeMinimum',
  stake128: 'nodeStakeMinimum',
  xnos64: 'nodeXnosMinimum',
  xnos128: 'nodeXnosMinimum',
};

export interface Form {
  readonly name: string;
  readonly form: string;
  readonly eras: string;
  /** Names of accounts in order. */
  readonly accounts: string;
  /** Arguments in order. */
  readonly args: string;
  /** Roles with the accounts that play them, like `job=job node=authority`. */
  readonly roles: string;
  /** Only the date tells this form from another. */
  readonly byDate?: true;
}

const row = (
  name: string,
  form: string,
  eras: string,
  accounts: string,
  args: string,
  roles: string,
  byDate?: true,
): Form => ({ name, form, eras, accounts, args, roles, ...(byDate ? { byDate } : {}) });

const LIST = 'payer rewardsReflection rewardsVault authority rewardsProgram tokenProgram systemProgram';
const TERMS = 'jobExpiration jobPrice jobTimeout jobType';
const PROJECTS = 'market=market job=job project=authority';
const NODES = 'market=market job=job node=authority';
const NODES_RUN = `${NODES} run=run`;

export const FORMS: readonly Form[] = [
  row('initVault', 'A', 'A-A3', 'oldMint authority oldVault systemProgram tokenProgram rent', 'bump', ''),
  row('initVault', 'A4', 'A4', 'oldMint authority oldVault systemProgram tokenProgram rent', '', ''),
  row('initVault', 'A5', 'A5', 'oldMint oldVault authority systemProgram tokenProgram rent', '', ''),
  row('initProject', 'A', 'A-A5', 'jobs feePayer authority systemProgram', '', 'project=authority'),
  row(
    'createJob',
    'A',
    'A-A5',
    'job jobs oldVault user feePayer authority tokenProgram systemProgram',
    'amount ipfsJob',
    'job=job project=authority',
  ),
  row('claimJob', 'A', 'A', 'jobs job authority systemProgram clock', '', 'job=job node=authority'),
  row('claimJob', 'A2', 'A2', 'jobs job authority clock', '', 'job=job node=authority'),
  row('claimJob', 'A3', 'A3-A5', 'jobs job stake nft authority clock', '', 'job=job node=authority'),
  row(
    'finishJob',
    'A',
    'A',
    'job oldVault user authority systemProgram tokenProgram clock',
    'bump ipfsResult',
    'job=job node=authority',
  ),
  row(
    'finishJob',
    'A2',
    'A2-A3',
    'job oldVault user authority tokenProgram clock',
    'bump ipfsResult',
    'job=job node=authority',
  ),
  row(
    'finishJob',
    'A4',
    'A4',
    'job oldVault user authority tokenProgram clock',
    'ipfsResult',
    'job=job node=authority',
  ),
  row(
    'finishJob',
    'A4',
    'A4',
    'job oldVault user authority systemProgram tokenProgram clock',
    'ipfsResult',
    'job=job node=authority',
  ),
  row(
    'finishJob',
    'A5',
    'A5',
    'user job oldVault authority tokenProgram',
    'ipfsResult',
    'job=job node=authority',
  ),
  row(
    'cancelJob',
    'A',
    'A',
    'jobs job oldVault user authority systemProgram tokenProgram',
    'bump',
    'job=job project=authority',
  ),
  row(
    'cancelJob',
    'A2',
    'A2-A3',
    'jobs job oldVault user authority tokenProgram',
    'bump',
    'job=job project=authority',
  ),
  row(
    'cancelJob',
    'A4',
    'A4-A5',
    'jobs job oldVault user authority tokenProgram',
    '',
    'job=job project=authority',
  ),
  row(
    'cancelJob',
    'A4',
    'A4',
    'jobs job oldVault user authority systemProgram tokenProgram',
    '',
    'job=job project=authority',
  ),
  row('reclaimJob', 'A2', 'A2-A4', 'job authority clock', '', 'job=job node=authority'),
  row('reclaimJob', 'A5', 'A5', 'job authority', '', 'job=job node=authority'),
  row('closeJob', 'A3', 'A3-A5', 'job authority', '', 'job=job project=authority'),

  row('init', 'B', 'B-B2', 'oldMint oldVault authority systemProgram tokenProgram rent', '', ''),
  row('start', 'B', 'B-B2', 'projectAccount authority systemProgram', '', 'project=authority'),
  row('stop', 'B', 'B-B2', 'projectAccount authority', '', 'project=authority'),
  row(
    'create',
    'B',
    'B-B2',
    'job projectAccount oldVault user feePayer authority tokenProgram systemProgram',
    'amount ipfsJob',
    'job=job project=authority',
  ),
  row('claim', 'B', 'B', 'projectAccount job stake nft authority', '', 'job=job node=authority'),
  row(
    'claim',
    'B2',
    'B2',
    'projectAccount job stake nft metadata authority',
    '',
    'job=job node=authority',
    true,
  ),
  row(
    'finish',
    'B',
    'B-B2',
    'user job oldVault authority tokenProgram',
    'ipfsResult',
    'job=job node=authority',
  ),
  row(
    'cancel',
    'B',
    'B-B2',
    'projectAccount job oldVault user authority tokenProgram',
    '',
    'job=job project=authority',
  ),
  row('reclaim', 'B', 'B-B2', 'job authority', '', 'job=job node=authority'),
  row('close', 'B', 'B-B2', 'job authority', '', 'job=job project=authority'),

  row(
    'init',
    'C',
    'C-C2',
    'mint market vault authority rent systemProgram tokenProgram',
    'jobPrice jobTimeout jobType',
    'market=market',
  ),
  row(
    'init',
    'C3',
    'C3-C6',
    'mint market vault authority accessKey rent systemProgram tokenProgram',
    'jobPrice jobTimeout jobType stake64',
    'market=market',
  ),
  row(
    'create',
    'C',
    'C',
    'job market vault user feePayer authority tokenProgram systemProgram',
    'ipfsJob',
    PROJECTS,
  ),
  row(
    'create',
    'C2',
    'C2-C6',
    'job market vault user feePayer authority rewardsReflection rewardsVault rewardsProgram tokenProgram systemProgram',
    'ipfsJob',
    PROJECTS,
  ),
  row('enter', 'C', 'C-C6', 'authority market vault stake nft metadata', '', 'market=market node=authority'),
  row('exit', 'C', 'C-C6', 'market authority', '', 'market=market node=authority'),
  row('claim', 'C', 'C-C6', 'job market vault stake nft metadata authority', '', NODES),
  row('cancel', 'C', 'C-C6', 'job authority', '', 'job=job node=authority'),
  row('finish', 'C', 'C-D', 'job market vault user authority tokenProgram', 'ipfsResult', NODES),
  row('close', 'C', 'C-C6', 'job market vault user authority tokenProgram', '', PROJECTS),
  row(
    'update',
    'C6',
    'C6',
    'market accessKey authority',
    'jobPrice jobTimeout jobType stake64',
    'market=market',
  ),
  row('stop', 'C6', 'C6', 'market vault authority tokenProgram', '', 'market=market'),

  row(
    'open',
    'D',
    'D-E',
    'mint market vault placeholder authority accessKey rent systemProgram tokenProgram',
    `${TERMS} xnos64`,
    'market=market',
  ),
  row(
    'open',
    'E2',
    'E2-E3',
    'mint market vault authority accessKey rent systemProgram tokenProgram',
    `${TERMS} xnos64`,
    'market=market',
  ),
  row(
    'open',
    'F',
    'F-',
    'mint market vault authority accessKey rent systemProgram tokenProgram',
    `${TERMS} xnos128`,
    'market=market',
  ),
  row('update', 'D', 'D-E3', 'market accessKey authority', `${TERMS} stake64`, 'market=market', true),
  row('update', 'F', 'F-G', 'market accessKey authority', `${TERMS} stake128`, 'market=market'),
  row(
    'update',
    'H',
    'H',
    'market accessKey authority',
    'jobExpiration jobPrice jobType stake128',
    'market=market',
  ),
  row(
    'update',
    'I',
    'I-',
    'market accessKey authority',
    'jobExpiration jobPrice jobType stake128 jobTimeout',
    'market=market',
  ),
  row('close', 'D', 'D-E', 'market vault authority tokenProgram', '', 'market=market'),
  row('close', 'E', 'E-', 'market vault user authority tokenProgram', '', 'market=market'),
  row('closeAdmin', 'H', 'H-', 'market vault user authority tokenProgram', '', 'market=market'),

  row('list', 'D', 'D', `job market vault user ${LIST}`, 'ipfsJob', PROJECTS),
  row('list', 'E', 'E-E2', `job market run vault user ${LIST}`, 'ipfsJob', `${PROJECTS} run=run`),
  row('list', 'E3', 'E3-H', `job market run user vault ${LIST}`, 'ipfsJob', `${PROJECTS} run=run`),
  row('list', 'I', 'I-', `job market run user vault ${LIST}`, 'ipfsJob timeout', `${PROJECTS} run=run`),
  row(
    'assign',
    'K',
    'K-',
    `job market run node user vault ${LIST}`,
    'ipfsJob timeout',
    `${PROJECTS} run=run node=node`,
  ),
  row('work', 'D', 'D', 'job market payer stake nft metadata authority systemProgram', '', NODES),
  row(
    'work',
    'E',
    'E-',
    'run market payer stake nft metadata authority systemProgram',
    '',
    'market=market run=run node=authority',
  ),
  row('claim', 'D', 'D', 'job market stake nft metadata authority', '', NODES, true),
  row('claim', 'E', 'E-', 'job run market stake nft metadata payer authority systemProgram', '', NODES_RUN),
  row('stop', 'D', 'D-J', 'market authority', '', 'market=market node=authority'),
  row('stop', 'K', 'K-', 'market node authority', '', 'market=market node=node'),
  row('quit', 'D', 'D', 'job authority', '', 'job=job node=authority'),
  row('quit', 'E', 'E-', 'job run payer authority', '', 'job=job run=run node=authority'),
  row('quitAdmin', 'H', 'H-', 'run payer authority', '', 'run=run'),
  row(
    'finish',
    'E',
    'E-G',
    'job run market vault user payer authority tokenProgram',
    'ipfsResult',
    NODES_RUN,
  ),
  row(
    'finish',
    'H',
    'H-I',
    'job run market vault user deposit payerRun project authority tokenProgram',
    'ipfsResult',
    `${NODES_RUN} project=project`,
  ),
  row(
    'finish',
    'J',
    'J-K',
    'job run market vault deposit user payerRun project authority tokenProgram',
    'ipfsResult',
    `${NODES_RUN} project=project`,
    true,
  ),
  row(
    'finish',
    'L',
    'L-',
    'job run market vault depositOfPayer user payerRun payerJob authority tokenProgram',
    'ipfsResult',
    NODES_RUN,
    true,
  ),
  row('recover', 'D', 'D-', 'job market vault user payer authority tokenProgram', '', PROJECTS),
  row('clean', 'D', 'D-', 'job market payer', '', 'market=market job=job'),
  row('cleanAdmin', 'H', 'H-', 'job payer authority', '', 'job=job'),
  row(
    'extend',
    'I',
    'I-K',
    'job market user vault rewardsReflection rewardsVault authority rewardsProgram tokenProgram',
    'timeout',
    PROJECTS,
  ),
  row(
    'extend',
    'L',
    'L-',
    'job market user vault rewardsReflection rewardsVault authority payer rewardsProgram tokenProgram',
    'timeout',
    PROJECTS,
  ),
  row('delist', 'J', 'J-', 'job market deposit payer vault tokenProgram authority', '', PROJECTS),
  row(
    'end',
    'J',
    'J-',
    'job market run deposit user vault payer authority tokenProgram',
    '',
    `${PROJECTS} run=run`,
  ),
  row('complete', 'K', 'K-', 'job authority', 'ipfsResult', 'job=job node=authority'),
];

export function formOf(name: string, form: string): Form {
  const found = FORMS.find((each) => each.name === name && each.form === form);
  if (!found) throw new Error(`no form ${form} of ${name}`);
  return found;
}
