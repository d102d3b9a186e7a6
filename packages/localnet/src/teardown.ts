/** What must be undone when a localnet stops, or when its start fails halfway. */
export interface Teardown {
  /** Remembers a step; the newest runs first. */
  add(step: () => Promise<void> | void): void;
  /** Runs every step once, whatever fails; rejects with the first failure. Later calls wait for the same run. */
  run(): Promise<void>;
}

/** Creates a teardown without steps. */
export function createTeardown(): Teardown {
  const steps: (() => Promise<void> | void)[] = [];
  let running: Promise<void> | null = null;
  const undo = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: (step) => void steps.push(step),
    run() {
      running ??= undo();
      return running;
    },
  };
}
