import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from '@inferscan/protocol';
import type { Address } from '@solana/kit';

import { NETWORK, type Node, type RewardsPool } from './parties.js';
import type { Draft } from './transaction.js';
import {
  createAccount,
  dataOf,
  initializeVault,
  RENT_SYSVAR,
  text,
  transfer,
  u8,
  u16,
  u64,
  u128,
} from './wire.js';

// Calls of the programs beside the jobs program.

const [REFLECTION_BYTES, STAKE_BYTES, NODE_BYTES, VAULT_BYTES] = [96n, 120n, 128n, 165n];
const YEAR = 365n * 86_400n;

export function initRewards(
  { calls, touch }: Draft,
  { reflection, vault }: RewardsPool,
  payer: Address,
): void {
  touch(vault);
  vault.balance = 0n;
  calls.push({
    programId: NETWORK.rewardsProgram,
    accounts: [NETWORK.nosMint, reflection, vault.address, payer, SYSTEM_PROGRAM, TOKEN_PROGRAM, RENT_SYSVAR],
    data: dataOf('init'),
    inner: [
      createAccount(payer, reflection, REFLECTION_BYTES, NETWORK.rewardsProgram),
      createAccount(payer, vault.address, VAULT_BYTES, TOKEN_PROGRAM),
      initializeVault(vault.address, NETWORK.nosMint),
    ],
  });
}

export function stakeTokens(draft: Draft, node: Node, amount: bigint): void {
  const { address, tokens, stake, stakeVault } = node;
  draft.touch(tokens, stakeVault);
  stakeVault.balance = 0n;
  draft.move(tokens, stakeVault, amount);
  draft.calls.push({
    programId: NETWORK.stakingProgram,
    accounts: [
      NETWORK.nosMint,
      tokens.address,
      stakeVault.address,
      stake,
      address,
      SYSTEM_PROGRAM,
      TOKEN_PROGRAM,
      RENT_SYSVAR,
    ],
    data: dataOf('stake', u64(amount), u128(YEAR)),
    inner: [
      createAccount(address, stakeVault.address, VAULT_BYTES, TOKEN_PROGRAM),
      initializeVault(stakeVault.address, NETWORK.nosMint),
      createAccount(address, stake, STAKE_BYTES, NETWORK.stakingProgram),
      transfer(tokens.address, stakeVault.address, address, amount),
    ],
  });
}

export function topUpStake(draft: Draft, node: Node, amount: bigint): void {
  const { address, tokens, stake, stakeVault } = node;
  draft.move(tokens, stakeVault, amount);
  draft.calls.push({
    programId: NETWORK.stakingProgram,
    accounts: [tokens.address, stakeVault.address, stake, address, TOKEN_PROGRAM],
    data: dataOf('topup', u64(amount)),
    inner: [transfer(tokens.address, stakeVault.address, address, amount)],
  });
}

/** What a node says of itself. */
export interface Machine {
  readonly cpu: number;
  readonly gpu: number;
  readonly memory: number;
  readonly version: string;
}

const [AMD64, NETHERLANDS] = [0, 528];

const description = ({ cpu, gpu, memory, version }: Machine) => [
  u8(AMD64),
  u16(NETHERLANDS),
  u16(cpu),
  u16(gpu),
  u16(memory),
  u16(1_000),
  u16(512),
  text('https://node.example'),
  text(''),
  text(version),
];

export function registerNode({ calls }: Draft, node: Node, machine: Machine): void {
  calls.push({
    programId: NETWORK.nodesProgram,
    accounts: [node.account, node.address, node.address, SYSTEM_PROGRAM],
    data: dataOf('register', ...description(machine)),
    inner: [createAccount(node.address, node.account, NODE_BYTES, NETWORK.nodesProgram)],
  });
}

export function describeNode({ calls }: Draft, node: Node, machine: Machine): void {
  calls.push({
    programId: NETWORK.nodesProgram,
    accounts: [node.account, node.address],
    data: dataOf('update', ...description(machine)),
    inner: [],
  });
}

export function auditNode({ calls }: Draft, node: Node, auditor: Address): void {
  calls.push({
    programId: NETWORK.nodesProgram,
    accounts: [node.account, auditor],
    data: dataOf('audit', u8(1)),
    inner: [],
  });
}
