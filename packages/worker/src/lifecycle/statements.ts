import type { Logger } from '../log.js';

/** Says what is so when it begins, changes or ends, and not each time that it is found so. */
export interface Statements {
  /** What holds about a topic from now on; silent if it was said already. */
  say(topic: string, level: 'info' | 'warn', message: string, fields?: object): void;
  /** Nothing holds about a topic any more; `message` is said if something did. */
  end(topic: string, message?: string): void;
}

export function createStatements(log: Pick<Logger, 'info' | 'warn'>): Statements {
  const said = new Map<string, string>();
  return {
    say(topic, level, message, fields = {}) {
      if (said.get(topic) === message) return;
      said.set(topic, message);
      log[level](fields, message);
    },
    end(topic, message) {
      if (said.delete(topic) && message !== undefined) log.info({}, message);
    },
  };
}
