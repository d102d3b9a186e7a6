import { type Address, createNoopSigner, type Instruction, type TransactionSigner } from '@solana/kit';
import { expect } from 'vitest';
import { nosAccountOf, putMint, putTokenAccount, tokensIn } from './accounts.js';
import { type AddressSource, createAddressSource, MINT } from './addresses.js';
import { type Chain, createEmptyChain, type Outcome } from './chain.js';

/** Somebody with lamports and a NOS account. */
export interface Person {
  readonly address: Address;
  readonly signer: TransactionSigner;
  readonly nos: Address;
}

/** A chain with some of the network's programs and the mint. */
export interface ProgramWorld {
  readonly chain: Chain;
  readonly addresses: AddressSource;
  newPerson(tokens?: bigint): Promise<Person>;
  send(...instructions: Instruction[]): Outcome;
  /** As send, and the transaction must succeed. */
  succeed(...instructions: Instruction[]): Outcome;
  /** NOS in an account; 0 where there is none. */
  tokens(account: Address): bigint;
}

export function createProgramWorld(programs: readonly (readonly [Address, Uint8Array])[]): ProgramWorld {
  const chain = createEmptyChain(programs);
  const addresses = createAddressSource();
  const feePayer = addresses.next();
  chain.fund(feePayer, 1_000_000_000_000n);
  putMint(chain, MINT, addresses.next());
  const send = (...instructions: Instruction[]) => chain.send(feePayer, instructions);
  return {
    chain,
    addresses,
    async newPerson(amount = 0n) {
      const address = addresses.next();
      chain.fund(address);
      const nos = await nosAccountOf(address);
      putTokenAccount(chain, nos, { owner: address, amount });
      return { address, signer: createNoopSigner(address), nos };
    },
    send,
    succeed(...instructions) {
      const outcome = send(...instructions);
      const failure =
        outcome.failure === undefined ? undefined : [outcome.failure, ...outcome.logs].join('\n');
      expect(failure).toBeUndefined();
      return outcome;
    },
    tokens: (account) => tokensIn(chain, account),
  };
}
