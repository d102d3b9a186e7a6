const CANCELLED = 0;
const HALTED = 1;
const BUSY = 2;
const CELLS = 3;

/** Memory shared by both threads, so that a word of the main thread is heard between two steps. */
export function createControlMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT);
}

export interface MainControl {
  /** @param id 1 to 2^31 - 1 */
  cancel(id: number): void;
  /**
   * Blocks until the thread has left native code, at most for `timeoutMs`, and keeps it out. ONNX Runtime's
   * binding aborts the whole process (an uncaught Napi::Error) when its thread is torn down while it loads or
   * runs, as process.exit() does.
   */
  halt(timeoutMs: number): void;
  /** A thread is about to start; loading the binding is native code too. */
  starting(): void;
  /** The thread is gone. */
  gone(): void;
}

export function createMainControl(memory: SharedArrayBuffer): MainControl {
  const cells = new Int32Array(memory);
  return {
    cancel: (id) => void Atomics.store(cells, CANCELLED, id),
    halt(timeoutMs) {
      Atomics.store(cells, HALTED, 1);
      Atomics.wait(cells, BUSY, 1, timeoutMs);
    },
    starting: () => void Atomics.store(cells, BUSY, 1),
    gone: () => void Atomics.store(cells, BUSY, 0),
  };
}

export interface ThreadControl {
  /** True also when everything is to stop. */
  cancelled(id: number): boolean;
  /** Everything is to stop, and native code must not be entered any more. */
  halted(): boolean;
  /** The thread waits for work, outside native code. */
  idle(): void;
  /** Marks the thread as inside native code while `work` runs, several of which may overlap. */
  busy<T>(work: () => Promise<T>): Promise<T>;
}

export function createThreadControl(memory: SharedArrayBuffer): ThreadControl {
  const cells = new Int32Array(memory);
  let works = 0;
  function idle(): void {
    Atomics.store(cells, BUSY, 0);
    Atomics.notify(cells, BUSY);
  }
  const halted = () => Atomics.load(cells, HALTED) === 1;
  return {
    idle,
    halted,
    cancelled: (id) => Atomics.load(cells, CANCELLED) === id || halted(),
    async busy(work) {
      // Before `work` looks at HALTED: so either it sees the halt or the halting thread sees it busy.
      Atomics.store(cells, BUSY, 1);
      works++;
      try {
        return await work();
      } finally {
        if (--works === 0) idle();
      }
    },
  };
}
