import {
  JOBS_PROGRAM_ID,
  jobsProgramElf,
  NODES_PROGRAM_ID,
  NOS_MINT,
  nodesProgramElf,
  REWARDS_PROGRAM_ID,
  rewardsProgramElf,
  STAKING_PROGRAM_ID,
  stakingProgramElf,
} from '@inferscan/programs';
import {
  type ChainInstruction,
  type ChainTransaction,
  SYSTEM_PROGRAM,
  TOKEN_PROGRAM,
} from '@inferscan/protocol';
import {
  AccountRole,
  type Address,
  address,
  appendTransactionMessageInstructions,
  compileTransaction,
  createTransactionMessage,
  getAddressEncoder,
  getCompiledTransactionMessageDecoder,
  type Instruction,
  lamports,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import { FailedTransactionMetadata, LiteSVM } from 'litesvm';

/** What the programs made of a transaction's top-level instructions, in the terms of a history. */
export interface Executed {
  readonly error: string | null;
  readonly instructions: readonly ChainInstruction[];
  /** Of the transaction's token accounts, by address; null where there is none. */
  readonly balances: ReadonlyMap<Address, bigint | null>;
  readonly logs: readonly string[];
}

const PROGRAMS: readonly (readonly [string, Uint8Array])[] = [
  [JOBS_PROGRAM_ID, jobsProgramElf()],
  [NODES_PROGRAM_ID, nodesProgramElf()],
  [STAKING_PROGRAM_ID, stakingProgramElf()],
  [REWARDS_PROGRAM_ID, rewardsProgramElf()],
];
/** Everything else may be written to and has signed: nobody's rights are in question here. */
const READ_ONLY = new Set<string>([
  ...PROGRAMS.map(([id]) => id),
  NOS_MINT,
  SYSTEM_PROGRAM,
  TOKEN_PROGRAM,
  'SysvarRent111111111111111111111111111111111',
]);
const [MINT_BYTES, TOKEN_BYTES, AMOUNT_AT] = [82, 165, 64];
const WEALTH = 10n ** 15n;

/** The network's programs, and wallets with as many lamports and tokens as a history says that they have. */
export function createProgramRun(): { execute(transaction: ChainTransaction): Executed } {
  const svm = new LiteSVM().withSigverify(false).withBlockhashCheck(false).withTransactionHistory(0n);
  for (const [id, elf] of PROGRAMS) svm.addProgram(address(id), elf);
  const put = (at: Address, owner: Address, data: Uint8Array, amount: bigint): void =>
    svm.setAccount({
      address: at,
      programAddress: owner,
      data,
      lamports: lamports(amount),
      executable: false,
      space: BigInt(data.length),
    });
  put(address(NOS_MINT), TOKEN_PROGRAM, mintData(), WEALTH);
  const known = new Set<Address>();

  const prepare = ({ feePayer, blockTime, tokenBalances }: ChainTransaction): void => {
    const clock = svm.getClock();
    clock.unixTimestamp = blockTime ?? 0n;
    svm.setClock(clock);
    if (!known.has(feePayer)) put(feePayer, SYSTEM_PROGRAM, new Uint8Array(), WEALTH);
    known.add(feePayer);
    for (const { account, owner, before } of tokenBalances) {
      if (!known.has(account) && before !== null && owner !== null) {
        put(account, TOKEN_PROGRAM, tokenData(owner, before), WEALTH);
      }
      known.add(account);
    }
  };

  const balanceOf = (at: Address): bigint | null => {
    const account = svm.getAccount(at);
    if (!account.exists || account.data.length !== TOKEN_BYTES) return null;
    return Buffer.from(account.data).readBigUInt64LE(AMOUNT_AT);
  };

  return {
    execute(transaction) {
      prepare(transaction);
      const tops = transaction.instructions.filter(({ path }) => path.length === 1);
      const message = pipe(
        createTransactionMessage({ version: 0 }),
        (draft) => setTransactionMessageFeePayer(transaction.feePayer, draft),
        (draft) =>
          setTransactionMessageLifetimeUsingBlockhash(
            { blockhash: svm.latestBlockhash(), lastValidBlockHeight: 0n },
            draft,
          ),
        (draft) => appendTransactionMessageInstructions(tops.map(instructionOf), draft),
      );
      const compiled = compileTransaction(message);
      const result = svm.sendTransaction(compiled);
      const failed = result instanceof FailedTransactionMetadata;
      const meta = failed ? result.meta() : result;
      const { staticAccounts } = getCompiledTransactionMessageDecoder().decode(compiled.messageBytes);
      const at = (index: number): Address => staticAccounts[index] ?? address(SYSTEM_PROGRAM);
      const inner = meta.innerInstructions().map((calls, top) =>
        calls.map((called, place): ChainInstruction => {
          const call = called.instruction();
          return {
            path: [top, place],
            stackHeight: called.stackHeight(),
            programId: at(call.programIdIndex()),
            accounts: [...call.accounts()].map(at),
            data: new Uint8Array(call.data()),
          };
        }),
      );
      return {
        error: failed ? result.toString() : null,
        instructions: tops.flatMap((instruction, top) => [instruction, ...(inner[top] ?? [])]),
        balances: new Map(transaction.tokenBalances.map(({ account }) => [account, balanceOf(account)])),
        logs: meta.logs(),
      };
    },
  };
}

const instructionOf = ({ programId, accounts, data }: ChainInstruction): Instruction => ({
  programAddress: programId,
  accounts: accounts.map((account) => ({
    address: account,
    role: READ_ONLY.has(account) ? AccountRole.READONLY : AccountRole.WRITABLE_SIGNER,
  })),
  data,
});

function mintData(): Uint8Array {
  const data = new Uint8Array(MINT_BYTES);
  const [decimalsAt, initializedAt, decimals] = [44, 45, 6];
  data[decimalsAt] = decimals;
  data[initializedAt] = 1;
  return data;
}

function tokenData(owner: Address, amount: bigint): Uint8Array {
  const data = new Uint8Array(TOKEN_BYTES);
  const [ownerAt, stateAt] = [32, 108];
  data.set(getAddressEncoder().encode(address(NOS_MINT)));
  data.set(getAddressEncoder().encode(owner), ownerAt);
  new DataView(data.buffer).setBigUint64(AMOUNT_AT, amount, true);
  data[stateAt] = 1;
  return data;
}
