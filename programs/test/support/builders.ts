import * as client from '@nosana/jobs-program';
import { AccountRole, type Address, type Instruction, type TransactionSigner } from '@solana/kit';
import { stakeOf } from './accounts.js';
import { JOBS, MINT, REWARDS, SYSTEM } from './addresses.js';
import type { MarketTerms, Network, Wallet } from './marketplace.js';

/** A digest that is not all zeros. */
export const digest = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

interface People {
  readonly network: Network;
  readonly terms: MarketTerms;
  readonly market: Address;
  readonly marketSigner: TransactionSigner;
  readonly vault: Address;
  readonly authority: Wallet;
  readonly project: Wallet;
  readonly payer: Wallet;
  readonly node: Wallet;
  readonly sponsor: Wallet;
  readonly admin: TransactionSigner;
}

export interface Access {
  readonly nft?: Address;
  readonly metadata?: Address;
}

/**
 * Who closes a market receives rent, so its account must be writable: the client does not say so, because the
 * deployed program leaves it to the fee payer's role.
 */
function withWritableAuthority(instruction: Instruction): Instruction {
  const accounts = (instruction.accounts ?? []).map((meta, index) =>
    index === client.CLOSE_INSTRUCTION_ACCOUNTS.authority
      ? { ...meta, role: AccountRole.WRITABLE_SIGNER }
      : meta,
  );
  return { ...instruction, accounts };
}

/** Builds the generated client's instructions, with defaults that are right for a marketplace's own people. */
export function createBuilders(people: People) {
  const { network, market, vault, authority, project, payer, sponsor, admin } = people;
  const at = { programAddress: JOBS };
  const fee = {
    rewardsReflection: network.reflection,
    rewardsVault: network.rewardsVault,
    rewardsProgram: REWARDS,
  };
  const access = async (node: Wallet, { nft, metadata }: Access) => ({
    stake: await stakeOf(node.address),
    nft: nft ?? node.nos,
    metadata: metadata ?? SYSTEM,
  });
  return {
    open: (): Instruction =>
      client.getOpenInstruction(
        { mint: MINT, market: people.marketSigner, vault, authority: authority.signer, ...people.terms },
        at,
      ),
    update: (terms: MarketTerms): Instruction =>
      client.getUpdateInstruction(
        { market, authority: authority.signer, nodeStakeMinimum: terms.nodeXnosMinimum, ...terms },
        at,
      ),
    close: (user: Address = authority.nos): Instruction =>
      withWritableAuthority(
        client.getCloseInstruction({ market, vault, user, authority: authority.signer }, at),
      ),
    closeAdmin: (user: Address = authority.nos): Instruction =>
      withWritableAuthority(client.getCloseAdminInstruction({ market, vault, user, authority: admin }, at)),
    list: (job: TransactionSigner, run: TransactionSigner, timeout = 3_600n): Instruction =>
      client.getListInstruction(
        {
          job,
          market,
          run,
          user: payer.nos,
          vault,
          payer: payer.signer,
          authority: project.signer,
          ipfsJob: digest(1),
          timeout,
          ...fee,
        },
        at,
      ),
    assign: (job: TransactionSigner, run: TransactionSigner, node: Address, timeout = 3_600n): Instruction =>
      client.getAssignInstruction(
        {
          job,
          market,
          run,
          node,
          user: payer.nos,
          vault,
          payer: payer.signer,
          authority: project.signer,
          ipfsJob: digest(1),
          timeout,
          ...fee,
        },
        at,
      ),
    delist: (job: Address): Instruction =>
      client.getDelistInstruction(
        { job, market, deposit: payer.nos, payer: payer.address, vault, authority: project.signer },
        at,
      ),
    extend: (job: Address, timeout: bigint): Instruction =>
      client.getExtendInstruction(
        {
          job,
          market,
          user: payer.nos,
          vault,
          authority: project.signer,
          payer: payer.signer,
          timeout,
          ...fee,
        },
        at,
      ),
    end: (
      job: Address,
      run: Address,
      node: Wallet = people.node,
      runPayer: Address = sponsor.address,
    ): Instruction =>
      client.getEndInstruction(
        {
          job,
          market,
          run,
          deposit: payer.nos,
          user: node.nos,
          vault,
          payer: runPayer,
          authority: project.signer,
        },
        at,
      ),
    recover: (job: Address, user: Address = project.nos): Instruction =>
      client.getRecoverInstruction(
        { job, market, vault, user, payer: payer.address, authority: project.signer },
        at,
      ),
    work: async (
      run: TransactionSigner,
      node: Wallet = people.node,
      key: Access = {},
    ): Promise<Instruction> =>
      client.getWorkInstruction(
        { run, market, payer: sponsor.signer, authority: node.signer, ...(await access(node, key)) },
        at,
      ),
    stop: (node: Wallet = people.node, by: TransactionSigner = node.signer): Instruction =>
      client.getStopInstruction({ market, node: node.address, authority: by }, at),
    claim: async (
      job: Address,
      run: TransactionSigner,
      node: Wallet = people.node,
      key: Access = {},
    ): Promise<Instruction> =>
      client.getClaimInstruction(
        { job, run, market, payer: sponsor.signer, authority: node.signer, ...(await access(node, key)) },
        at,
      ),
    finish: (
      job: Address,
      run: Address,
      node: Wallet = people.node,
      runPayer: Address = sponsor.address,
      user: Address = node.nos,
    ): Instruction =>
      client.getFinishInstruction(
        {
          job,
          run,
          market,
          vault,
          deposit: payer.nos,
          user,
          payerRun: runPayer,
          payerJob: payer.address,
          authority: node.signer,
          ipfsResult: digest(2),
        },
        at,
      ),
    complete: (job: Address, node: Wallet = people.node, ipfsResult = digest(3)): Instruction =>
      client.getCompleteInstruction({ job, authority: node.signer, ipfsResult }, at),
    quit: (
      job: Address,
      run: Address,
      node: Wallet = people.node,
      runPayer: Address = sponsor.address,
    ): Instruction => client.getQuitInstruction({ job, run, payer: runPayer, authority: node.signer }, at),
    quitAdmin: (run: Address, runPayer: Address = sponsor.address): Instruction =>
      client.getQuitAdminInstruction({ run, payer: runPayer, authority: admin }, at),
    clean: (job: Address, ofMarket: Address = market): Instruction =>
      client.getCleanInstruction({ job, market: ofMarket, payer: payer.address }, at),
    cleanAdmin: (job: Address): Instruction =>
      client.getCleanAdminInstruction({ job, payer: payer.address, authority: admin }, at),
  };
}

export type Builders = ReturnType<typeof createBuilders>;
