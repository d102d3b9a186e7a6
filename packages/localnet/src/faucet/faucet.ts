import { randomUUID } from 'node:crypto';
import { stakeAddress } from '@inferscan/protocol';
import { type Address, address, type Instruction, lamports } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import {
  findAssociatedTokenPda,
  getCreateAssociatedTokenIdempotentInstruction,
  getMintToInstruction,
  getTokenDecoder,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';
import type { Chain } from '../chain/chain.js';
import type { Vm } from '../chain/vm.js';
import { faucetKey } from '../genesis/keys.js';
import { NETWORK } from '../genesis/network.js';
import { SendError, type Sender } from '../genesis/sender.js';
import { FaucetError } from './error.js';
import { grantStake, readStake, type StakeGrant } from './stake.js';

/** The most that one request gets. */
const FAUCET_LIMITS = {
  /** 100 SOL. */
  lamports: 100_000_000_000n,
  /** 100,000 NOS in base units. */
  nos: 100_000_000_000n,
  /** 1,000,000 NOS in base units. */
  stake: 1_000_000_000_000n,
  stakeSeconds: { min: 14 * 86_400, max: 365 * 86_400 },
} as const;

export interface FaucetRequest {
  readonly to: string;
  readonly lamports?: bigint | undefined;
  /** NOS base units. */
  readonly nos?: bigint | undefined;
  readonly stake?: { readonly amount: bigint; readonly durationSeconds: number } | undefined;
}

export interface FaucetAnswer {
  readonly signatures: string[];
  readonly tokenAccount?: string;
  readonly stake?: StakeGrant;
}

/** What an address should hold at least; amounts in base units. */
export interface Airdrop {
  readonly to: string;
  readonly lamports: bigint;
  readonly nos: bigint;
}

/** Gives SOL, NOS and stakes to whoever asks, within limits per request. */
export interface Faucet {
  /**
   * Gives what the address lacks, without a limit: for the one who starts the localnet.
   *
   * @throws Error when the faucet does not have that much, or may not mint.
   */
  topUp(wanted: Airdrop): Promise<void>;
  /** @throws FaucetError */
  sendSol(to: string, amount: bigint): Promise<string>;
  /** @throws FaucetError */
  give(request: FaucetRequest): Promise<FaucetAnswer>;
}

const MEMO_PROGRAM = address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');

/** Creates the faucet of a chain whose genesis is complete. */
export async function createFaucet(chain: Chain, vm: Vm, sender: Sender): Promise<Faucet> {
  const key = await faucetKey();

  const solTo = (to: Address, amount: bigint): Instruction[] => {
    // A new account must be able to pay its rent, or the transfer fails with an error that says little.
    const rent = vm.rentExemption(0);
    if (amount < rent && vm.account(to) === null) {
      throw new FaucetError(`a new account needs at least ${rent} lamports, not ${amount}`);
    }
    return [getTransferSolInstruction({ source: key, destination: to, amount: lamports(amount) })];
  };

  const mintTo = (token: Address, amount: bigint): Instruction =>
    getMintToInstruction({ mint: NETWORK.nosMint, token, mintAuthority: key, amount });

  const nosTo = async (
    to: Address,
    amount: bigint,
  ): Promise<{ ata: Address; instructions: Instruction[] }> => {
    const mint = NETWORK.nosMint;
    const [ata] = await findAssociatedTokenPda({ owner: to, mint, tokenProgram: TOKEN_PROGRAM_ADDRESS });
    return {
      ata,
      instructions: [
        getCreateAssociatedTokenIdempotentInstruction({ payer: key, owner: to, mint, ata }),
        ...(amount === 0n ? [] : [mintTo(ata, amount)]),
      ],
    };
  };

  // Equal requests in the same slot would otherwise be one and the same transaction.
  const unique = (): Instruction => ({
    programAddress: MEMO_PROGRAM,
    data: new TextEncoder().encode(`faucet ${randomUUID()}`),
  });

  /** What is asked for may be impossible, such as lamports for an account that nobody may write to. */
  const send = async (instructions: readonly Instruction[]): Promise<string> => {
    try {
      return await sender.send(key, [...instructions, unique()]);
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      throw new FaucetError(`the transaction failed: ${error.message.split('\n')[0]}`, { cause: error });
    }
  };

  return {
    async topUp(wanted) {
      const to = address(wanted.to);
      const tokens = await nosTo(to, 0n);
      const account = vm.account(tokens.ata);
      const missing = {
        lamports: wanted.lamports - vm.balance(to),
        nos: wanted.nos - (account === null ? 0n : getTokenDecoder().decode(account.data).amount),
      };
      const instructions = [
        ...(missing.lamports > 0n ? solTo(to, missing.lamports) : []),
        ...(missing.nos > 0n ? [...tokens.instructions, mintTo(tokens.ata, missing.nos)] : []),
      ];
      if (instructions.length > 0) await sender.send(key, [...instructions, unique()]);
    },
    async sendSol(to, amount) {
      requireAmount('lamports', amount, FAUCET_LIMITS.lamports);
      return send(solTo(address(to), amount));
    },
    async give(request) {
      const to = address(request.to);
      const instructions: Instruction[] = [];
      if (request.lamports !== undefined) {
        requireAmount('lamports', request.lamports, FAUCET_LIMITS.lamports);
        instructions.push(...solTo(to, request.lamports));
      }
      if (request.nos !== undefined) requireAmount('nos', request.nos, FAUCET_LIMITS.nos);
      if (request.stake !== undefined) {
        checkStake(request.stake);
        // Before anything is given: what lies at its address may be no stake.
        readStake(vm, await stakeAddress(NETWORK, to));
      }
      // A staked node works and is paid by way of its NOS account, so that comes with the stake.
      const wantsAccount = request.nos !== undefined || request.stake !== undefined;
      const tokens = wantsAccount ? await nosTo(to, request.nos ?? 0n) : null;
      if (tokens !== null) instructions.push(...tokens.instructions);
      if (instructions.length === 0) throw new FaucetError('ask for lamports, nos or stake');
      const signatures = [await send(instructions)];
      const tokenAccount = tokens === null ? {} : { tokenAccount: tokens.ata };
      if (request.stake === undefined) return { signatures, ...tokenAccount };
      const { grant, deposit } = await grantStake({ chain, vm, faucet: key }, to, request.stake);
      signatures.push(await send([deposit]));
      return { signatures, ...tokenAccount, stake: grant };
    },
  };
}

function requireAmount(what: string, amount: bigint, limit: bigint): void {
  if (amount <= 0n) throw new FaucetError(`${what} must be above 0`);
  if (amount > limit) throw new FaucetError(`${what} may be at most ${limit} per request, not ${amount}`);
}

function checkStake({ amount, durationSeconds }: { amount: bigint; durationSeconds: number }): void {
  requireAmount('stake.amount', amount, FAUCET_LIMITS.stake);
  const { min, max } = FAUCET_LIMITS.stakeSeconds;
  if (!Number.isInteger(durationSeconds) || durationSeconds < min || durationSeconds > max) {
    throw new FaucetError(
      `stake.durationSeconds must be a whole number from ${min} (14 days) to ${max} (365 days)`,
    );
  }
}
