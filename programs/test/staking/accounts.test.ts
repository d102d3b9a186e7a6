import * as client from '@nosana/stake-program';
import { AccountRole } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import { describeAccounts } from '../support/program-table.js';
import { createStakingWorld, STAKING_TABLE } from './support.js';

describeAccounts(createStakingWorld, STAKING_TABLE);

describe('the tables of accounts', () => {
  const ACCOUNTS = {
    init: client.INIT_INSTRUCTION_ACCOUNTS,
    stake: client.STAKE_INSTRUCTION_ACCOUNTS,
    topup: client.TOPUP_INSTRUCTION_ACCOUNTS,
    extend: client.EXTEND_INSTRUCTION_ACCOUNTS,
    unstake: client.UNSTAKE_INSTRUCTION_ACCOUNTS,
    restake: client.RESTAKE_INSTRUCTION_ACCOUNTS,
    withdraw: client.WITHDRAW_INSTRUCTION_ACCOUNTS,
    close: client.CLOSE_INSTRUCTION_ACCOUNTS,
    slash: client.SLASH_INSTRUCTION_ACCOUNTS,
    updateSettings: client.UPDATE_SETTINGS_INSTRUCTION_ACCOUNTS,
  } as const;
  const paysForItself = ['init', 'stake'];

  it.each(Object.keys(ACCOUNTS) as (keyof typeof ACCOUNTS)[])('of %s agree with the client', async (name) => {
    const { accounts, prepare } = STAKING_TABLE[name];
    expect(Object.keys(accounts)).toEqual(Object.keys(ACCOUNTS[name]));
    const { instruction } = await prepare(await createStakingWorld());
    Object.entries(accounts).forEach(([account, fact], index) => {
      const role = instruction.accounts?.[index]?.role ?? AccountRole.READONLY;
      const byRuntime = fact.kind === 'created' || (account === 'authority' && paysForItself.includes(name));
      const writable = fact.writable === true || byRuntime;
      expect([account, (role & AccountRole.WRITABLE) !== 0]).toEqual([account, writable]);
    });
  });
});
