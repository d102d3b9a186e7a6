import { NOS_MINT, ODD_ADDRESSES, PROGRAMS } from './addresses.js';
import type { Dice } from './dice.js';
import { fuzzTransaction } from './transactions.js';
import type { World } from './world.js';

/** A call of the RPC. */
export interface FuzzCall {
  readonly method: string;
  readonly params: unknown[];
}

type Template = (dice: Dice, world: World) => unknown[];

const COMMITMENTS = ['processed', 'confirmed', 'finalized'] as const;
const ENCODINGS = ['base58', 'base64', 'base64+zstd', 'jsonParsed'] as const;
const BODIES = ['json', 'jsonParsed', 'base64', 'base58'] as const;
const MAX_SLOT = 5_000;

const none: Template = () => [];
const context: Template = (dice) => (dice.oneIn(2) ? [] : [{ commitment: dice.pick(COMMITMENTS) }]);
const view = (dice: Dice): object => ({
  encoding: dice.pick(ENCODINGS),
  commitment: dice.pick(COMMITMENTS),
  ...(dice.oneIn(3) ? { dataSlice: { offset: dice.int(100), length: dice.int(100) } } : {}),
});
const history = (dice: Dice): object => ({
  commitment: dice.pick(['confirmed', 'finalized'] as const),
  encoding: dice.pick(BODIES),
  maxSupportedTransactionVersion: 0,
});
const filters = (dice: Dice): object[] => [
  dice.pick([{ dataSize: 165 }, { memcmp: { offset: 0, bytes: NOS_MINT } }]),
  dice.pick([{ tokenAccountState: true }, { memcmp: { offset: 32, bytes: 'AAAA', encoding: 'base64' } }]),
];
const address = (dice: Dice, world: World): string => dice.pick(world.addresses);
const signature = (dice: Dice, world: World): string => dice.pick(world.signatures);
const transaction = (dice: Dice, world: World): string =>
  fuzzTransaction(dice, world).bytes.toString('base64');

/** A right call of every method of the RPC, but for transactions, which are damaged by themselves. */
const RPC_TEMPLATES: Readonly<Record<string, Template>> = {
  getAccountInfo: (dice, world) => [address(dice, world), view(dice)],
  getBalance: (dice, world) => [address(dice, world), { commitment: dice.pick(COMMITMENTS) }],
  getBlock: (dice) => [
    dice.int(MAX_SLOT),
    { ...history(dice), transactionDetails: dice.pick(['full', 'accounts', 'signatures', 'none']) },
  ],
  getBlockHeight: context,
  getBlockTime: (dice) => [dice.int(MAX_SLOT)],
  getBlocks: (dice) => [dice.int(MAX_SLOT), dice.int(MAX_SLOT)],
  getBlocksWithLimit: (dice) => [dice.int(MAX_SLOT), dice.int(50)],
  getEpochInfo: context,
  getFeeForMessage: (dice, world) => [fuzzTransaction(dice, world).message.toString('base64')],
  getFirstAvailableBlock: none,
  getGenesisHash: none,
  getHealth: none,
  getIdentity: none,
  getLatestBlockhash: context,
  getMinimumBalanceForRentExemption: (dice) => [dice.int(10_000)],
  getMultipleAccounts: (dice, world) => [
    Array.from({ length: dice.int(8) }, () => address(dice, world)),
    view(dice),
  ],
  getPriorityFeeEstimate: (dice, world) => [
    dice.oneIn(2)
      ? { accountKeys: [address(dice, world)], options: { includeAllPriorityFeeLevels: true } }
      : { transaction: transaction(dice, world), options: { transactionEncoding: 'base64' } },
  ],
  getProgramAccounts: (dice) => [
    dice.pick([PROGRAMS.jobs, PROGRAMS.token, PROGRAMS.staking, PROGRAMS.lookupTable]),
    { ...view(dice), filters: filters(dice), withContext: dice.oneIn(2) },
  ],
  getRecentPrioritizationFees: (dice, world) => [[address(dice, world)]],
  getSignatureStatuses: (dice, world) => [
    Array.from({ length: dice.int(6) }, () => signature(dice, world)),
    { searchTransactionHistory: dice.oneIn(2) },
  ],
  getSignaturesForAddress: (dice, world) => [
    address(dice, world),
    { limit: 1 + dice.int(20), ...(dice.oneIn(3) ? { before: signature(dice, world) } : {}) },
  ],
  getSlot: context,
  getSlotLeader: context,
  getSupply: none,
  getTokenAccountBalance: (dice, world) => [address(dice, world)],
  getTokenAccountsByDelegate: (dice, world) => [
    dice.pick(world.payers).address,
    dice.pick([{ mint: NOS_MINT }, { programId: PROGRAMS.token }]),
    view(dice),
  ],
  getTokenAccountsByOwner: (dice, world) => [
    dice.pick(world.payers).address,
    dice.pick([{ mint: NOS_MINT }, { programId: PROGRAMS.token }]),
    view(dice),
  ],
  getTokenLargestAccounts: () => [NOS_MINT],
  getTokenSupply: (dice) => [dice.pick([NOS_MINT, ...ODD_ADDRESSES])],
  getTransaction: (dice, world) => [signature(dice, world), history(dice)],
  getTransactionCount: context,
  getTransactionsForAddress: (dice, world) => [
    address(dice, world),
    {
      transactionDetails: dice.pick(['full', 'signatures']),
      limit: 1 + dice.int(5),
      sortOrder: dice.pick(['asc', 'desc']),
      encoding: dice.pick(BODIES),
      maxSupportedTransactionVersion: 0,
    },
  ],
  getVersion: none,
  getVoteAccounts: none,
  isBlockhashValid: (_dice, world) => [world.blockhash(), { commitment: 'processed' }],
  requestAirdrop: (dice, world) => [address(dice, world), 1 + dice.int(1_000_000_000)],
  sendTransaction: (dice, world) => [
    transaction(dice, world),
    { encoding: 'base64', skipPreflight: dice.oneIn(2), preflightCommitment: 'processed', maxRetries: 0 },
  ],
  simulateTransaction: (dice, world) => [
    transaction(dice, world),
    {
      encoding: 'base64',
      innerInstructions: dice.oneIn(2),
      ...dice.pick([{ sigVerify: true }, { sigVerify: false }, { replaceRecentBlockhash: true }]),
      ...(dice.oneIn(3) ? { accounts: { encoding: 'base64', addresses: [address(dice, world)] } } : {}),
    },
  ],
};

/** Methods whose work is in the transactions: they are called more often than others. */
const TRANSACTION_METHODS = ['sendTransaction', 'simulateTransaction', 'getFeeForMessage'] as const;
const RPC_NAMES = Object.keys(RPC_TEMPLATES);

/** Names of the methods that the fuzzer has a right call for. */
export const FUZZED_METHODS: readonly string[] = RPC_NAMES;

/** A right call of some method. */
export function rpcCall(dice: Dice, world: World): FuzzCall {
  const method = dice.oneIn(3) ? dice.pick(TRANSACTION_METHODS) : dice.pick(RPC_NAMES);
  return { method, params: RPC_TEMPLATES[method]?.(dice, world) ?? [] };
}

const SUBSCRIPTION_TEMPLATES: Readonly<Record<string, Template>> = {
  accountSubscribe: (dice, world) => [address(dice, world), view(dice)],
  blockSubscribe: (dice, world) => [
    dice.pick(['all', { mentionsAccountOrProgram: address(dice, world) }]),
    { ...history(dice), transactionDetails: 'signatures' },
  ],
  logsSubscribe: (dice, world) => [
    dice.pick(['all', { mentions: [address(dice, world)] }]),
    { commitment: dice.pick(COMMITMENTS) },
  ],
  programSubscribe: (dice) => [
    dice.pick([PROGRAMS.system, PROGRAMS.token, PROGRAMS.jobs]),
    { ...view(dice), filters: filters(dice) },
  ],
  rootSubscribe: none,
  signatureSubscribe: (dice, world) => [
    signature(dice, world),
    { commitment: dice.pick(COMMITMENTS), enableReceivedNotification: dice.oneIn(2) },
  ],
  slotSubscribe: none,
  slotsUpdatesSubscribe: none,
};

/** Names of the subscribe methods that the fuzzer has a right call for. */
export const FUZZED_SUBSCRIPTIONS: readonly string[] = Object.keys(SUBSCRIPTION_TEMPLATES);

/** A right subscribe call, or an unsubscribe call that may name no subscription. */
export function subscriptionCall(dice: Dice, world: World): FuzzCall {
  const method = dice.pick(FUZZED_SUBSCRIPTIONS);
  if (dice.oneIn(3)) return { method: method.replace(/Subscribe$/, 'Unsubscribe'), params: [dice.int(200)] };
  return { method, params: SUBSCRIPTION_TEMPLATES[method]?.(dice, world) ?? [] };
}
