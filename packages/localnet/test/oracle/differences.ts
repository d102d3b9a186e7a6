import { type Address, getCompiledTransactionMessageDecoder } from '@solana/kit';
import type { BareVm, PlainAccount } from './bare-vm.js';
import type { Simulation } from './localnet-side.js';
import type { Drawn } from './transaction.js';

const SIGNATURE_VERIFICATION = -32003;

/** The error that the localnet must tell: LiteSVM's own, but for a program that does not exist. */
export function expectedError(bare: BareVm, { transaction, keys }: Drawn, err: unknown): unknown {
  if (err !== 'InvalidProgramForExecution') return err;
  const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
  const programs = 'instructions' in message ? message.instructions : [];
  const refused = programs
    .map(({ programAddressIndex }) => keys[programAddressIndex])
    .map((key) => (key === undefined ? null : bare.account(key)))
    .find((account) => account?.executable !== true);
  return refused === null ? 'ProgramAccountNotFound' : err;
}

/** What simulateTransaction must tell of a transaction that lands, out of a simulation on the bare virtual machine. */
export function expectedSimulation(bare: BareVm, drawn: Drawn): Simulation | number {
  const { post, inner, ...told } = bare.simulate(drawn.transaction);
  const err = expectedError(bare, drawn, told.err);
  if (err === 'SignatureFailure') return SIGNATURE_VERIFICATION;
  const after = (key: Address): PlainAccount | null => {
    const state = post.get(key) ?? bare.account(key);
    return state === null || state.lamports === 0n ? null : state;
  };
  return {
    ...told,
    err,
    inner: inner.map(({ index, instructions }) => ({
      index,
      calls: instructions.map(
        ({ programIdIndex, stackHeight }) => [drawn.keys[programIdIndex] ?? '', stackHeight] as const,
      ),
    })),
    accounts: err === null ? drawn.keys.map(after) : null,
  };
}

/** The same of a transaction that does not land: nothing ran, so there is no fee and nothing inside. */
export const withoutExecution = (simulation: Simulation | number): Simulation | number =>
  typeof simulation === 'number' ? simulation : { ...simulation, fee: null, inner: [] };
