import type { Escrow } from '@/components/life-line/escrow';
import type { Life } from '@/components/life-line/geometry';
import type { LookState } from '@/components/state-shape';

/** Made-up values for the design page only; they look like nothing on the chain. */
const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ123456789';

/** An address-like text from a number. */
export function sampleAddress(seed: number): string {
  let value = (seed * 2_654_435_761) >>> 0;
  let text = '';
  for (let i = 0; i < 44; i += 1) {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
    text += LETTERS[value % LETTERS.length] ?? '1';
  }
  return text;
}

export const SAMPLE_NOW = 1_800_000_000;

export interface SampleLife {
  name: string;
  state: LookState;
  life: Life;
  escrow: Escrow;
  ending?: string;
}

const escrow = (paid: bigint, refunded: bigint): Escrow => ({
  deposited: 6_000_000n,
  price: 20_000n,
  paid,
  refunded,
});

export const SAMPLE_LIVES: readonly SampleLife[] = [
  {
    name: 'Waiting',
    state: 'waiting',
    life: { listedAt: SAMPLE_NOW - 14, startedAt: null, endedAt: null, timeout: 300 },
    escrow: escrow(0n, 0n),
  },
  {
    name: 'Just started',
    state: 'running',
    life: { listedAt: SAMPLE_NOW - 9, startedAt: SAMPLE_NOW - 4, endedAt: null, timeout: 300 },
    escrow: escrow(0n, 0n),
  },
  {
    name: 'Running',
    state: 'running',
    life: { listedAt: SAMPLE_NOW - 92, startedAt: SAMPLE_NOW - 72, endedAt: null, timeout: 300 },
    escrow: escrow(0n, 0n),
  },
  {
    name: 'Done',
    state: 'done',
    life: {
      listedAt: SAMPLE_NOW - 400,
      startedAt: SAMPLE_NOW - 380,
      endedAt: SAMPLE_NOW - 308,
      timeout: 300,
    },
    escrow: escrow(1_440_000n, 4_560_000n),
    ending: 'finished by its node',
  },
  {
    name: 'Done after a second',
    state: 'done',
    life: { listedAt: SAMPLE_NOW - 40, startedAt: SAMPLE_NOW - 40, endedAt: SAMPLE_NOW - 39, timeout: 300 },
    escrow: escrow(20_000n, 5_980_000n),
    ending: 'finished by its node',
  },
  {
    name: 'Done within the second',
    state: 'done',
    life: { listedAt: SAMPLE_NOW - 40, startedAt: SAMPLE_NOW - 40, endedAt: SAMPLE_NOW - 40, timeout: 300 },
    escrow: escrow(0n, 6_000_000n),
    ending: 'finished by its node',
  },
  {
    name: 'Ran to its limit',
    state: 'done',
    life: {
      listedAt: SAMPLE_NOW - 900,
      startedAt: SAMPLE_NOW - 880,
      endedAt: SAMPLE_NOW - 580,
      timeout: 300,
    },
    escrow: escrow(6_000_000n, 0n),
    ending: 'finished by its node',
  },
  {
    name: 'Failed',
    state: 'failed',
    life: { listedAt: SAMPLE_NOW - 300, startedAt: SAMPLE_NOW - 296, endedAt: SAMPLE_NOW - 98, timeout: 300 },
    escrow: escrow(3_960_000n, 2_040_000n),
    ending: 'finished by its node',
  },
  {
    name: 'Taken back',
    state: 'done',
    life: { listedAt: SAMPLE_NOW - 70, startedAt: null, endedAt: SAMPLE_NOW - 10, timeout: 300 },
    escrow: escrow(0n, 6_000_000n),
    ending: 'taken back by its poster',
  },
];
