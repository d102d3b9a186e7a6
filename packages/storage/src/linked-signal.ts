/** A signal that ends when others do, for as long as it is linked to them. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** To be called in any case, when nothing needs the signal any more. */
  release(): void;
}

/**
 * As AbortSignal.any, whose signals Node keeps as long as their sources live where somebody listens to them: with a source that ends with
 * the process, forever. This one is forgotten when it is released.
 */
export function linkSignals(...sources: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  const follow = (event: Event) => {
    const { target } = event;
    if (target instanceof AbortSignal) controller.abort(target.reason);
  };
  for (const source of sources) {
    if (source.aborted) controller.abort(source.reason);
    else source.addEventListener('abort', follow, { once: true });
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release() {
      for (const source of sources) source.removeEventListener('abort', follow);
    },
  };
}
