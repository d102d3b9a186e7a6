import * as client from '@nosana/jobs-program';
import type { Address, Instruction, TransactionSigner } from '@solana/kit';
import type { Marketplace } from './marketplace.js';

/** An instruction that would succeed, in a marketplace brought to where it can. */
export interface Situation {
  readonly instruction: Instruction;
  readonly job?: Address;
  readonly run?: Address;
}

export interface Instructions {
  /** Index of each account, as the generated client names them. */
  readonly accounts: Readonly<Record<string, number>>;
  prepare(place: Marketplace): Promise<Situation> | Situation;
}

const signer = (place: Marketplace): TransactionSigner => place.network.addresses.signer();

/** A job waits in the queue. */
export function listed(place: Marketplace, timeout?: bigint): Address {
  const job = signer(place);
  place.succeed(place.build.list(job, signer(place), timeout));
  return job.address;
}

/** A job runs on the marketplace's node, its run account paid by the sponsor. */
export async function running(place: Marketplace, timeout?: bigint): Promise<{ job: Address; run: Address }> {
  const job = listed(place, timeout);
  const run = signer(place);
  place.succeed(await place.build.work(run));
  return { job, run: run.address };
}

/** A job whose node gave up. */
export async function stopped(place: Marketplace, timeout?: bigint): Promise<Address> {
  const { job, run } = await running(place, timeout);
  place.succeed(place.build.quit(job, run));
  return job;
}

/** A job with its result. */
export async function finished(place: Marketplace): Promise<Address> {
  const { job, run } = await running(place);
  place.succeed(place.build.finish(job, run));
  return job;
}

export const INSTRUCTIONS = {
  update: {
    accounts: client.UPDATE_INSTRUCTION_ACCOUNTS,
    prepare: (place) => ({ instruction: place.build.update(place.terms) }),
  },
  close: {
    accounts: client.CLOSE_INSTRUCTION_ACCOUNTS,
    prepare: (place) => ({ instruction: place.build.close() }),
  },
  closeAdmin: {
    accounts: client.CLOSE_ADMIN_INSTRUCTION_ACCOUNTS,
    prepare: (place) => ({ instruction: place.build.closeAdmin() }),
  },
  list: {
    accounts: client.LIST_INSTRUCTION_ACCOUNTS,
    prepare(place) {
      const [job, run] = [signer(place), signer(place)];
      return { instruction: place.build.list(job, run), job: job.address, run: run.address };
    },
  },
  assign: {
    accounts: client.ASSIGN_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      place.succeed(await place.build.work(signer(place)));
      const [job, run] = [signer(place), signer(place)];
      const instruction = place.build.assign(job, run, place.node.address);
      return { instruction, job: job.address, run: run.address };
    },
  },
  delist: {
    accounts: client.DELIST_INSTRUCTION_ACCOUNTS,
    prepare(place) {
      const job = listed(place);
      return { instruction: place.build.delist(job), job };
    },
  },
  extend: {
    accounts: client.EXTEND_INSTRUCTION_ACCOUNTS,
    prepare(place) {
      const job = listed(place);
      return { instruction: place.build.extend(job, 4_000n), job };
    },
  },
  end: {
    accounts: client.END_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const { job, run } = await running(place);
      return { instruction: place.build.end(job, run), job, run };
    },
  },
  recover: {
    accounts: client.RECOVER_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const job = await stopped(place);
      return { instruction: place.build.recover(job), job };
    },
  },
  work: {
    accounts: client.WORK_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const run = signer(place);
      return { instruction: await place.build.work(run), run: run.address };
    },
  },
  stop: {
    accounts: client.STOP_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      place.succeed(await place.build.work(signer(place)));
      return { instruction: place.build.stop() };
    },
  },
  claim: {
    accounts: client.CLAIM_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const job = await stopped(place);
      const run = signer(place);
      return { instruction: await place.build.claim(job, run), job, run: run.address };
    },
  },
  finish: {
    accounts: client.FINISH_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const { job, run } = await running(place);
      return { instruction: place.build.finish(job, run), job, run };
    },
  },
  complete: {
    accounts: client.COMPLETE_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const { job, run } = await running(place);
      place.succeed(place.build.end(job, run));
      return { instruction: place.build.complete(job), job };
    },
  },
  quit: {
    accounts: client.QUIT_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const { job, run } = await running(place);
      return { instruction: place.build.quit(job, run), job, run };
    },
  },
  quitAdmin: {
    accounts: client.QUIT_ADMIN_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const { job, run } = await running(place);
      return { instruction: place.build.quitAdmin(run), job, run };
    },
  },
  clean: {
    accounts: client.CLEAN_INSTRUCTION_ACCOUNTS,
    async prepare(place) {
      const job = await finished(place);
      place.chain.setNow(place.chain.now() + place.terms.jobExpiration + 1n);
      return { instruction: place.build.clean(job), job };
    },
  },
  cleanAdmin: {
    accounts: client.CLEAN_ADMIN_INSTRUCTION_ACCOUNTS,
    prepare(place) {
      const job = listed(place);
      return { instruction: place.build.cleanAdmin(job), job };
    },
  },
} as const satisfies Record<string, Instructions>;

export type InstructionName = keyof typeof INSTRUCTIONS;
