import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from '@inferscan/protocol';

import { callJobs } from './jobs-program.js';
import { type Market, NETWORK } from './parties.js';
import type { Draft } from './transaction.js';
import {
  closeVault,
  createAccount,
  dataOf,
  initializeVault,
  RENT_SYSVAR,
  transfer,
  u8,
  u64,
  u128,
} from './wire.js';

const [MARKET_BYTES, VAULT_BYTES] = [10_224n, 165n];
const JOB_TYPE = 4;
const NODE_XNOS_MINIMUM = 1_000_000n;
/** The system program as a market's access key lets every node in. */
const OPEN_TO_ALL = SYSTEM_PROGRAM;

export function openMarket(draft: Draft, market: Market): void {
  const { vault, authority } = market;
  draft.touch(vault);
  vault.balance = 0n;
  market.state = 'open';
  const accounts = [
    NETWORK.nosMint,
    market.address,
    vault.address,
    authority.address,
    OPEN_TO_ALL,
    RENT_SYSVAR,
    SYSTEM_PROGRAM,
    TOKEN_PROGRAM,
  ];
  const terms = [u64(market.expiration), u64(market.price), u64(market.timeout), u8(JOB_TYPE)];
  callJobs(draft, accounts, dataOf('open', ...terms, u128(NODE_XNOS_MINIMUM)), [
    createAccount(authority.address, market.address, MARKET_BYTES, NETWORK.jobsProgram),
    createAccount(authority.address, vault.address, VAULT_BYTES, TOKEN_PROGRAM),
    initializeVault(vault.address, NETWORK.nosMint),
  ]);
}

/** Gives a market the terms that it has now. */
export function updateMarket(draft: Draft, market: Market): void {
  const terms = [u64(market.expiration), u64(market.price), u8(JOB_TYPE), u128(NODE_XNOS_MINIMUM)];
  callJobs(
    draft,
    [market.address, OPEN_TO_ALL, market.authority.address],
    dataOf('update', ...terms, u64(market.timeout)),
  );
}

/** What is left in the vault goes to the authority. */
export function closeMarket(draft: Draft, market: Market): void {
  const { vault, authority } = market;
  const rest = vault.balance ?? 0n;
  draft.move(vault, authority.tokens, rest);
  vault.balance = null;
  market.state = 'closed';
  callJobs(
    draft,
    [market.address, vault.address, authority.tokens.address, authority.address, TOKEN_PROGRAM],
    dataOf('close'),
    [
      transfer(vault.address, authority.tokens.address, vault.address, rest),
      closeVault(vault.address, authority.address),
    ],
  );
}

/** A transfer into a market's vault that no program of the network makes. */
export function giveToVault(draft: Draft, market: Market, amount: bigint): void {
  const { tokens, address: giver } = market.authority;
  draft.move(tokens, market.vault, amount);
  draft.calls.push({ ...transfer(tokens.address, market.vault.address, giver, amount), inner: [] });
}
