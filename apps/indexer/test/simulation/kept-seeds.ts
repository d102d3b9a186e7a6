/** Seeds that once found a fault. They are simulated first, every time. */
export const KEPT_SEEDS: readonly number[] = [10];
