import type { Draw } from './draw.js';

/** Instructions that follow on one another, each with what it needs beside zeros, and time that goes by between. */
export type Story = readonly (Line | { readonly slots: number } | { readonly seconds: number })[];
type Line = [kind: string, draw: Partial<Draw>];

const NEXT_SLOT = { slots: 1 };
const TWO_DAYS = { seconds: 2 * 86_400 };
const MONTH = { seconds: 30 * 86_400 };

const POSTER = { who: 0 };
const NODE = { who: 1 };
/** A node whose run came to it by work after the job was there, and one that waited and was found by list. */
const MY_RUN = { who: 1, other: 0, key: 0 };
const THEIR_RUN = { who: 1, other: 0, key: 2 };

/** Lives of jobs, tokens, stakes and nonces; after random transactions they may go wrong, on both sides alike. */
export const STORIES: readonly Story[] = [
  [
    ['list', POSTER],
    ['work', NODE],
    ['finish', MY_RUN],
  ],
  [['work', NODE], ['list', POSTER], ['finish', THEIR_RUN], TWO_DAYS, ['clean', POSTER]],
  [
    ['list', POSTER],
    ['extendJob', { who: 0, amount: 4_000n }],
    ['delist', POSTER],
  ],
  [
    ['list', POSTER],
    ['work', NODE],
    ['extendJob', { who: 0, amount: 4_000n }],
    ['end', { who: 0, other: 1 }],
    ['complete', NODE],
  ],
  [
    ['list', POSTER],
    ['work', NODE],
    ['quit', NODE],
    ['claim', NODE],
  ],
  [
    ['work', NODE],
    ['stop', NODE],
  ],
  [['assign', { who: 0, other: 1 }]],
  [
    ['openMarket', { who: 0, key: 0 }],
    ['updateMarket', { who: 0, key: 0 }],
    ['updateMarket', { who: 1, key: 0 }],
  ],
  [
    ['createTokens', { who: 0, other: 2 }],
    ['mintTo', { who: 0, other: 2, second: 1 }],
    ['transferTokens', { who: 2, other: 1, second: 1 }],
    ['transferTokensChecked', { who: 0, other: 1, second: 1 }],
  ],
  [
    ['approve', { who: 0, other: 1 }],
    ['transferTokens', { who: 0, other: 1, second: 0 }],
    ['revoke', { who: 0 }],
    ['burn', { who: 1 }],
  ],
  [
    ['freeze', { other: 1 }],
    ['transferTokens', { who: 1, other: 0, second: 1 }],
    ['thaw', { other: 1 }],
    ['transferTokens', { who: 1, other: 0, second: 1 }],
  ],
  [
    ['createTokensIdempotently', { who: 0, other: 3 }],
    ['createTokensIdempotently', { who: 0, other: 3 }],
    ['closeTokens', { who: 3, other: 0 }],
  ],
  [
    ['createAccount', { key: 3, second: 2, other: 1 }],
    ['initializeMint', { key: 3, other: 4 }],
  ],
  [
    ['topup', NODE],
    ['enterRewards', NODE],
    ['addFee', POSTER],
    ['claimRewards', NODE],
    ['extendStake', { who: 1, key: 1 }],
  ],
  [
    ['stake', { who: 0, key: 0, amount: 1_000_000n }],
    ['unstake', { who: 0 }],
    ['restake', { who: 0 }],
  ],
  [['unstake', NODE], TWO_DAYS, ['withdraw', NODE], MONTH, ['withdraw', NODE]],
  [
    ['transferSol', { who: 0, other: 3, key: 1, amount: 3_000_000n }],
    ['allocate', { key: 3, second: 1 }],
    ['assign', { key: 3, other: 2 }],
  ],
  [
    ['unitLimit', { key: 3 }],
    ['unitPrice', { key: 2 }],
    ['heapOrDataLimit', { key: 0 }],
    ['ed25519', { key: 0 }],
  ],
  [
    ['createAccount', { key: 1, second: 1, other: 0 }],
    ['initializeNonce', { who: 0, key: 1 }],
    NEXT_SLOT,
    ['advanceNonce', { who: 0, key: 1 }],
    ['withdrawNonce', { who: 0, key: 1, other: 2 }],
  ],
  [['registerNode', NODE]],
  [
    ['memo', { who: 0, key: 2 }],
    ['transferSol', { who: 0, other: 1 }],
  ],
];
