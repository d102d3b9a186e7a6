import {
  AccountRole,
  type Address,
  address,
  getAddressEncoder,
  getProgramDerivedAddress,
  getStructEncoder,
  getU32Encoder,
  getU64Encoder,
  type Instruction,
  type TransactionSigner,
} from '@solana/kit';
import { getCreateAccountInstruction } from '@solana-program/system';
import { RENT, SYSTEM } from './addresses.js';
import type { Chain, Outcome } from './chain.js';

const LOADER = address('BPFLoaderUpgradeab1e11111111111111111111111');
const CLOCK = address('SysvarC1ock11111111111111111111111111111111');
/** State of a buffer and of a program before their content. */
const BUFFER_HEADER = 37;
const PROGRAM_SIZE = 36;
/** Fits a transaction with its other parts. */
const CHUNK = 900;
const [INITIALIZE_BUFFER, WRITE, DEPLOY] = [0, 1, 2];

interface Deployment {
  readonly payer: TransactionSigner;
  readonly buffer: TransactionSigner;
  readonly program: TransactionSigner;
  readonly elf: Uint8Array;
}

const call = (data: ArrayLike<number>, accounts: [Address, AccountRole][]): Instruction => ({
  programAddress: LOADER,
  data: Uint8Array.from(data),
  accounts: accounts.map(([account, role]) => ({ address: account, role })),
});
const u32 = (value: number): number[] => [...getU32Encoder().encode(value)];

/** Deploys as `solana program deploy` does: a buffer, its content in pieces, the program. The last outcome is returned. */
export async function deployProgram(
  chain: Chain,
  { payer, buffer, program, elf }: Deployment,
): Promise<Outcome> {
  const create = (newAccount: TransactionSigner, space: number) =>
    getCreateAccountInstruction({
      payer,
      newAccount,
      lamports: chain.rentFor(space),
      space,
      programAddress: LOADER,
    });
  let outcome = chain.send(payer.address, [
    create(buffer, BUFFER_HEADER + elf.length),
    call(u32(INITIALIZE_BUFFER), [
      [buffer.address, AccountRole.WRITABLE],
      [payer.address, AccountRole.READONLY],
    ]),
  ]);
  const write = getStructEncoder([
    ['instruction', getU32Encoder()],
    ['offset', getU32Encoder()],
    ['length', getU64Encoder()],
  ]);
  for (let offset = 0; outcome.ok && offset < elf.length; offset += CHUNK) {
    const piece = elf.subarray(offset, offset + CHUNK);
    const head = write.encode({ instruction: WRITE, offset, length: BigInt(piece.length) });
    outcome = chain.send(payer.address, [
      call(
        [...head, ...piece],
        [
          [buffer.address, AccountRole.WRITABLE],
          [payer.address, AccountRole.READONLY_SIGNER],
        ],
      ),
    ]);
  }
  if (!outcome.ok) return outcome;
  const seeds = [getAddressEncoder().encode(program.address)];
  const [programData] = await getProgramDerivedAddress({ programAddress: LOADER, seeds });
  return chain.send(payer.address, [
    create(program, PROGRAM_SIZE),
    call(
      [...u32(DEPLOY), ...getU64Encoder().encode(BigInt(elf.length))],
      [
        [payer.address, AccountRole.WRITABLE_SIGNER],
        [programData, AccountRole.WRITABLE],
        [program.address, AccountRole.WRITABLE],
        [buffer.address, AccountRole.WRITABLE],
        [RENT, AccountRole.READONLY],
        [CLOCK, AccountRole.READONLY],
        [SYSTEM, AccountRole.READONLY],
        [payer.address, AccountRole.READONLY_SIGNER],
      ],
    ),
  ]);
}
