import { createHash } from 'node:crypto';
import type { Idl } from '@coral-xyz/anchor';
import { networkConfig, SYSTEM_PROGRAM, TOKEN_PROGRAM } from '@inferscan/protocol';

const NETWORK = networkConfig('localnet');

type IdlInstruction = Idl['instructions'][number];
type IdlField = IdlInstruction['args'][number];
type IdlType = IdlField['type'];

const DIGEST: IdlType = { array: ['u8', 32] };

/** Accounts that are the same for everybody; a client fills them in by itself. */
const FIXED: Readonly<Record<string, string>> = {
  mint: NETWORK.nosMint,
  rent: 'SysvarRent111111111111111111111111111111111',
  rewards_program: NETWORK.rewardsProgram,
  system_program: SYSTEM_PROGRAM,
  token_program: TOKEN_PROGRAM,
};

function discriminator(kind: 'account' | 'global', name: string): number[] {
  return [...createHash('sha256').update(`${kind}:${name}`).digest().subarray(0, 8)];
}

const fields = (types: Readonly<Record<string, IdlType>>): IdlField[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

/** `accounts` lists names in order; a name is followed by `w` for writable and `s` for signer. */
function instruction(
  name: string,
  accounts: readonly string[],
  args: Readonly<Record<string, IdlType>> = {},
): IdlInstruction {
  return {
    name,
    discriminator: discriminator('global', name),
    accounts: accounts.map((text) => {
      const [account = '', flags = ''] = text.split(' ');
      const address = FIXED[account];
      return {
        name: account,
        ...(flags.includes('w') ? { writable: true } : {}),
        ...(flags.includes('s') ? { signer: true } : {}),
        ...(address === undefined ? {} : { address }),
      };
    }),
    args: fields(args),
  };
}

const ACCOUNTS: Readonly<Record<string, Readonly<Record<string, IdlType>>>> = {
  MarketAccount: {
    authority: 'pubkey',
    job_expiration: 'i64',
    job_price: 'u64',
    job_timeout: 'i64',
    job_type: 'u8',
    vault: 'pubkey',
    vault_bump: 'u8',
    node_access_key: 'pubkey',
    node_xnos_minimum: 'u128',
    queue_type: 'u8',
    queue: { vec: 'pubkey' },
  },
  JobAccount: {
    ipfs_job: DIGEST,
    ipfs_result: DIGEST,
    market: 'pubkey',
    node: 'pubkey',
    payer: 'pubkey',
    price: 'u64',
    project: 'pubkey',
    state: 'u8',
    time_end: 'i64',
    time_start: 'i64',
    timeout: 'i64',
  },
  RunAccount: { job: 'pubkey', node: 'pubkey', payer: 'pubkey', state: 'u8', time: 'i64' },
};

const ERRORS: readonly (readonly [string, string])[] = [
  ['InvalidMarketAccount', 'This market account is not valid.'],
  ['MarketInWrongState', 'This market does not have the right status.'],
  ['NotInMarketQueue', 'Account cannot be find account in market queue.'],
  ['InvalidJobAccount', 'This job account is not valid.'],
  ['JobInWrongState', 'This job does not have the right status.'],
  ['JobNotExpired', 'The job has not yet expired.'],
  ['JobResultNull', 'The job result can not be null.'],
  ['JobInvalidProject', 'The job has a different project owner.'],
  ['JobTimeoutNotGreater', 'The new job timeout should be larger than the current one.'],
];

/** The jobs program as the IDL of Anchor describes programs: what its clients use, and no more. */
export const JOBS_IDL: Idl = {
  address: NETWORK.jobsProgram,
  metadata: { name: 'nosana_jobs', version: '0.1.0', spec: '0.1.0' },
  instructions: [
    instruction(
      'open',
      [
        'mint',
        'market ws',
        'vault w',
        'authority ws',
        'access_key',
        'rent',
        'system_program',
        'token_program',
      ],
      {
        job_expiration: 'i64',
        job_price: 'u64',
        job_timeout: 'i64',
        job_type: 'u8',
        node_xnos_minimum: 'u128',
      },
    ),
    instruction('close', ['market w', 'vault w', 'user w', 'authority s', 'token_program']),
    instruction(
      'list',
      [
        'job ws',
        'market w',
        'run ws',
        'user w',
        'vault w',
        'payer ws',
        'rewards_reflection w',
        'rewards_vault w',
        'authority s',
        'rewards_program',
        'token_program',
        'system_program',
      ],
      { ipfs_job: DIGEST, timeout: 'i64' },
    ),
    instruction(
      'extend',
      [
        'job w',
        'market',
        'user w',
        'vault w',
        'rewards_reflection w',
        'rewards_vault w',
        'authority s',
        'payer s',
        'rewards_program',
        'token_program',
      ],
      { timeout: 'i64' },
    ),
    instruction('delist', [
      'job w',
      'market w',
      'deposit w',
      'payer w',
      'vault w',
      'token_program',
      'authority ws',
    ]),
    instruction('work', [
      'run ws',
      'market w',
      'payer ws',
      'stake',
      'nft',
      'metadata',
      'authority s',
      'system_program',
    ]),
    instruction(
      'finish',
      [
        'job w',
        'run w',
        'market',
        'vault w',
        'deposit w',
        'user w',
        'payer_run w',
        'payer_job w',
        'authority s',
        'token_program',
      ],
      { ipfs_result: DIGEST },
    ),
  ],
  accounts: Object.keys(ACCOUNTS).map((name) => ({ name, discriminator: discriminator('account', name) })),
  types: Object.entries(ACCOUNTS).map(([name, types]) => ({
    name,
    type: { kind: 'struct', fields: fields(types) },
  })),
  errors: ERRORS.map(([name, msg], index) => ({ code: 6000 + index, name, msg })),
};
