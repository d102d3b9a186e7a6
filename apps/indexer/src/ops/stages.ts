/** What a batch goes through. Fetching includes waiting for the next one, folding decoding. */
export const STAGES = ['fetch', 'fold', 'write'] as const;
export type Stage = (typeof STAGES)[number];

export interface StageTimer {
  /** A stage is over, which began when the one before ended. */
  done(stage: Stage): void;
  /** The first stage begins. */
  restart(): void;
}

/** Times the stages of batches, one after the other. */
export function timeStages(onStage: (stage: Stage, seconds: number) => void = () => {}): StageTimer {
  let since = performance.now();
  return {
    done(stage) {
      const now = performance.now();
      onStage(stage, (now - since) / 1_000);
      since = now;
    },
    restart() {
      since = performance.now();
    },
  };
}
