import * as client from '@nosana/jobs-program';
import { type Address, createNoopSigner, type Instruction } from '@solana/kit';
import { SYSTEM_PROGRAM } from '../../src/addresses/programs.js';
import { networkConfig } from '../../src/network/config.js';
import { addr, digest } from './addresses.js';
import { type ListArgs, tokensName, vaultName } from './program.js';

// The generated client's instructions with names for accounts: `job 1` is signer and address at once.

export const network = networkConfig('localnet');
const config = { programAddress: network.jobsProgram };
const signer = (name: string) => createNoopSigner(addr(name));
const tokens = (owner: string): Address => addr(tokensName(owner));
const vault = (market: string): Address => addr(vaultName(market));

const rewards = {
  rewardsReflection: addr('rewards reflection'),
  rewardsVault: addr('rewards vault'),
  rewardsProgram: network.rewardsProgram,
};

export interface Terms {
  price: bigint;
  timeout: bigint;
  type: number;
  expiration: bigint;
}

const access = (node: string) => ({
  stake: addr(`stake of ${node}`),
  nft: tokens(node),
  metadata: SYSTEM_PROGRAM,
});

export const instructions = {
  open: (market: string, by: string, terms: Terms): Instruction =>
    client.getOpenInstruction(
      {
        mint: network.nosMint,
        market: signer(market),
        vault: vault(market),
        authority: signer(by),
        accessKey: SYSTEM_PROGRAM,
        jobExpiration: terms.expiration,
        jobPrice: terms.price,
        jobTimeout: terms.timeout,
        jobType: terms.type,
        nodeXnosMinimum: 5n,
      },
      config,
    ),
  update: (market: string, by: string, terms: Terms): Instruction =>
    client.getUpdateInstruction(
      {
        market: addr(market),
        accessKey: addr('a collection'),
        authority: signer(by),
        jobExpiration: terms.expiration,
        jobPrice: terms.price,
        jobType: terms.type,
        nodeStakeMinimum: 7n,
        jobTimeout: terms.timeout,
      },
      config,
    ),
  close: (market: string, by: string): Instruction =>
    client.getCloseInstruction(
      { market: addr(market), vault: vault(market), user: tokens(by), authority: signer(by) },
      config,
    ),
  closeAdmin: (market: string, by: string): Instruction =>
    client.getCloseAdminInstruction(
      { market: addr(market), vault: vault(market), user: tokens(by), authority: signer(by) },
      config,
    ),
  list: (job: string, run: string, args: ListArgs): Instruction =>
    client.getListInstruction(
      {
        job: signer(job),
        market: addr(args.market),
        run: signer(run),
        user: tokens(args.payer ?? args.by),
        vault: vault(args.market),
        payer: signer(args.payer ?? args.by),
        ...rewards,
        authority: signer(args.by),
        ipfsJob: digest(`definition of ${job}`),
        timeout: args.timeout,
      },
      config,
    ),
  assign: (job: string, run: string, node: string, args: ListArgs): Instruction =>
    client.getAssignInstruction(
      {
        job: signer(job),
        market: addr(args.market),
        run: signer(run),
        node: addr(node),
        user: tokens(args.payer ?? args.by),
        vault: vault(args.market),
        payer: signer(args.payer ?? args.by),
        ...rewards,
        authority: signer(args.by),
        ipfsJob: digest(`definition of ${job}`),
        timeout: args.timeout,
      },
      config,
    ),
  delist: (job: string, market: string, project: string, payer: string): Instruction =>
    client.getDelistInstruction(
      {
        job: addr(job),
        market: addr(market),
        deposit: tokens(payer),
        payer: addr(payer),
        vault: vault(market),
        authority: signer(project),
      },
      config,
    ),
  extend: (job: string, market: string, project: string, payer: string, timeout: bigint): Instruction =>
    client.getExtendInstruction(
      {
        job: addr(job),
        market: addr(market),
        user: tokens(payer),
        vault: vault(market),
        ...rewards,
        authority: signer(project),
        payer: signer(payer),
        timeout,
      },
      config,
    ),
  end: (
    job: string,
    run: string,
    of: { market: string; project: string; payer: string; node: string; runPayer: string },
  ): Instruction =>
    client.getEndInstruction(
      {
        job: addr(job),
        market: addr(of.market),
        run: addr(run),
        deposit: tokens(of.payer),
        user: tokens(of.node),
        vault: vault(of.market),
        payer: addr(of.runPayer),
        authority: signer(of.project),
      },
      config,
    ),
  recover: (job: string, market: string, project: string, payer: string): Instruction =>
    client.getRecoverInstruction(
      {
        job: addr(job),
        market: addr(market),
        vault: vault(market),
        user: tokens(payer),
        payer: addr(payer),
        authority: signer(project),
      },
      config,
    ),
  work: (node: string, run: string, market: string): Instruction =>
    client.getWorkInstruction(
      {
        run: signer(run),
        market: addr(market),
        payer: signer(node),
        ...access(node),
        authority: signer(node),
      },
      config,
    ),
  stop: (node: string, market: string, by: string): Instruction =>
    client.getStopInstruction({ market: addr(market), node: addr(node), authority: signer(by) }, config),
  claim: (job: string, run: string, market: string, node: string): Instruction =>
    client.getClaimInstruction(
      {
        job: addr(job),
        run: signer(run),
        market: addr(market),
        ...access(node),
        payer: signer(node),
        authority: signer(node),
      },
      config,
    ),
  finish: (
    job: string,
    run: string,
    of: { market: string; payer: string; node: string; runPayer: string; user: string; result: string },
  ): Instruction =>
    client.getFinishInstruction(
      {
        job: addr(job),
        run: addr(run),
        market: addr(of.market),
        vault: vault(of.market),
        deposit: tokens(of.payer),
        user: addr(of.user),
        payerRun: addr(of.runPayer),
        payerJob: addr(of.payer),
        authority: signer(of.node),
        ipfsResult: digest(of.result),
      },
      config,
    ),
  complete: (job: string, node: string, result: string): Instruction =>
    client.getCompleteInstruction(
      { job: addr(job), authority: signer(node), ipfsResult: digest(result) },
      config,
    ),
  quit: (job: string, run: string, node: string, payer: string): Instruction =>
    client.getQuitInstruction(
      { job: addr(job), run: addr(run), payer: addr(payer), authority: signer(node) },
      config,
    ),
  quitAdmin: (run: string, payer: string): Instruction =>
    client.getQuitAdminInstruction(
      { run: addr(run), payer: addr(payer), authority: signer('market admin') },
      config,
    ),
  clean: (job: string, market: string, payer: string): Instruction =>
    client.getCleanInstruction({ job: addr(job), market: addr(market), payer: addr(payer) }, config),
  cleanAdmin: (job: string, payer: string): Instruction =>
    client.getCleanAdminInstruction(
      { job: addr(job), payer: addr(payer), authority: signer('market admin') },
      config,
    ),
};
