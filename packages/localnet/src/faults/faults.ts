import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from '../server/jsonrpc.js';
import { createRandom, type Random } from './random.js';
import type { FaultSettings } from './settings.js';

/** How an HTTP answer goes wrong. */
export type HttpFault = 'tooManyRequests' | 'serverError' | 'cutBody';

/** What happens to a notification. */
export type NotificationFault = 'dropSocket' | 'duplicate' | 'outOfOrder';

/** Makes the network fail the way real providers do, for the tests of clients. Does nothing until it is set. */
export interface Faults {
  settings(): FaultSettings | null;
  /** Begins anew from the seed of the settings; null ends all faults. */
  set(settings: FaultSettings | null): void;
  /** Waits as long as answers have to, and says how this one goes wrong. `methods` are those of the request. */
  http(methods: readonly string[]): Promise<HttpFault | null>;
  retryAfterSeconds(): number;
  /** A call whose answers are at times stale or empty. */
  call: Call;
  notification(): NotificationFault | null;
  /** How many slots to leave out after the one that closes. */
  skippedSlots(): number;
}

/** Answers that are kept to be given again. */
const MAX_REMEMBERED = 1_000;

interface Active {
  readonly settings: FaultSettings;
  readonly http: Random;
  readonly answers: Random;
  readonly notifications: Random;
  readonly slots: Random;
  readonly remembered: Map<string, unknown>;
}

/** Creates the source of all faults around `call`. */
export function createFaults(call: Call): Faults {
  let active: Active | null = null;

  const concerns = ({ settings }: Active, methods: readonly string[]): boolean =>
    methods.every((method) => !method.startsWith('localnet_')) &&
    (settings.methods === undefined || methods.some((method) => settings.methods?.includes(method)));

  return {
    settings: () => active?.settings ?? null,
    set(settings) {
      active =
        settings === null
          ? null
          : {
              settings,
              http: createRandom(settings.seed, 'http'),
              answers: createRandom(settings.seed, 'answers'),
              notifications: createRandom(settings.seed, 'notifications'),
              slots: createRandom(settings.seed, 'slots'),
              remembered: new Map(),
            };
    },
    async http(methods) {
      if (active === null || !concerns(active, methods)) return null;
      const { settings, http } = active;
      const wait = http();
      const fault = draw(http, settings, ['tooManyRequests', 'serverError', 'cutBody']);
      if (settings.latencyMs !== undefined) {
        const { min, max } = settings.latencyMs;
        await delay(min + Math.floor(wait * (max - min + 1)));
      }
      return fault;
    },
    retryAfterSeconds: () => active?.settings.retryAfterSeconds ?? 0,
    async call(method, params) {
      if (active === null || !concerns(active, [method])) return call(method, params);
      const { settings, answers, remembered } = active;
      const fault = draw(answers, settings, ['stale', 'emptyList']);
      const key = JSON.stringify([method, params]);
      const old = remembered.get(key);
      if (fault === 'stale' && old !== undefined) return old;
      const answer = await call(method, params);
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(key, answer);
      return fault === 'emptyList' ? emptied(answer) : answer;
    },
    notification: () =>
      active === null
        ? null
        : draw(active.notifications, active.settings, ['dropSocket', 'duplicate', 'outOfOrder']),
    skippedSlots: () => (active !== null && active.slots() < active.settings.skipSlot ? 1 : 0),
  };
}

/** Draws one number, so that a stream stays in step whatever the chances are; the first kinds come first. */
function draw<Kind extends HttpFault | NotificationFault | 'stale' | 'emptyList'>(
  random: Random,
  settings: FaultSettings,
  kinds: readonly Kind[],
): Kind | null {
  let left = random();
  for (const kind of kinds) {
    if (left < settings[kind]) return kind;
    left -= settings[kind];
  }
  return null;
}

/** The same answer without the entries of its list, wherever that is. */
function emptied(answer: unknown): unknown {
  if (Array.isArray(answer)) return [];
  if (typeof answer !== 'object' || answer === null) return answer;
  if ('value' in answer && Array.isArray(answer.value)) return { ...answer, value: [] };
  if ('data' in answer && Array.isArray(answer.data)) return { ...answer, data: [], paginationToken: null };
  return answer;
}
