import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildSpec, type RunningChild, startChild } from './child.js';

/** What happened to a child after it had been ready. */
export interface ChildEvent {
  readonly name: string;
  readonly kind: 'crashed' | 'restarted' | 'gave-up';
  readonly detail: string;
  readonly logFile: string;
}

export interface Supervisor {
  /** Starts a child and waits until it is ready. Rejects with ChildFailedError. */
  start(spec: ChildSpec): Promise<readonly string[]>;
  /** Stops every child, highest tier first. Safe to call twice. */
  stop(): Promise<void>;
  logFile(name: string): string;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A child that stayed up this long starts again with the first delay. */
const STABLE_MS = 60_000;

/**
 * Owns every child of the stack: each is restarted when it crashes, with a delay that doubles up to
 * 30 s, and all end with the supervisor.
 */
export function createSupervisor(options: {
  readonly logDir: string;
  /** Given to every child beside its own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onEvent: (event: ChildEvent) => void;
}): Supervisor {
  mkdirSync(options.logDir, { recursive: true });
  const children: { readonly tier: number; current: RunningChild }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;
  const logFile = (name: string) => join(options.logDir, `${name}.log`);

  const watch = (slot: { current: RunningChild }, spec: ChildSpec, delayMs: number): void => {
    const since = Date.now();
    void slot.current.ended.then(({ code, signal }) => {
      if (stopping) return;
      const lines = slot.current.lastLines();
      const last = lines[lines.length - 1] ?? 'no output';
      const delay = Date.now() - since > STABLE_MS ? FIRST_DELAY_MS : delayMs;
      options.onEvent({
        name: spec.name,
        kind: 'crashed',
        detail: `${signal ?? `exit code ${code}`}: ${last}`,
        logFile: logFile(spec.name),
      });
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (stopping) return;
        slot.current = startChild({ ...spec, env: { ...options.env, ...spec.env } }, logFile(spec.name));
        void slot.current.ready.then(
          () =>
            options.onEvent({ name: spec.name, kind: 'restarted', detail: '', logFile: logFile(spec.name) }),
          () => slot.current.stop(),
        );
        watch(slot, spec, Math.min(delay * 2, LONGEST_DELAY_MS));
      }, delay);
      timers.add(timer);
    });
  };

  return {
    logFile,
    async start(spec) {
      if (stopping) throw new Error(`${spec.name} was not started: everything is being stopped`);
      const slot = {
        tier: spec.tier,
        current: startChild({ ...spec, env: { ...options.env, ...spec.env } }, logFile(spec.name)),
      };
      children.push(slot);
      const match = await slot.current.ready;
      watch(slot, spec, FIRST_DELAY_MS);
      return match;
    },
    async stop() {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      const tiers = [...new Set(children.map((slot) => slot.tier))].sort((a, b) => b - a);
      for (const tier of tiers) {
        await Promise.all(children.filter((slot) => slot.tier === tier).map((slot) => slot.current.stop()));
      }
    },
  };
}
