import type { ProtocolEvent } from '../events/event.js';
import { isBefore, SOURCE_CHANGED } from '../events/jobs/dates.js';
import { eraOf } from './eras.js';
import * as former from './former.js';
import { clean, complete, delist, extend, recover } from './jobs.js';
import { close, open, update } from './markets.js';
import { assign, claim, list, stop, work } from './matching.js';
import { end, finish, quit, quitAdmin } from './runs.js';
import type { Involved, Step } from './step.js';

type Handlers = Readonly<Record<string, (step: Step) => Involved>>;

/** What each instruction does to the state since E. Handlers change no money: that follows from transfers. */
const HANDLERS: Handlers = {
  open,
  update,
  close,
  closeAdmin: close,
  list,
  assign,
  delist,
  extend,
  end,
  recover,
  work,
  stop,
  claim,
  finish,
  complete,
  quit,
  quitAdmin,
  clean,
  cleanAdmin: clean,
};

/** What they did in C where it differs. */
const IN_C: Handlers = {
  init: open,
  create: former.list,
  enter: former.wait,
  exit: former.wait,
  claim: former.claim,
  cancel: former.quit,
  finish: former.finish,
  close: former.close,
  stop: close,
};

/** What those that had another form in D did there. */
const IN_D: Handlers = {
  list: former.list,
  work: former.work,
  claim: former.claim,
  quit: former.quit,
  // The form lasted until J, when there were queues.
  stop: (step) => (isBefore(SOURCE_CHANGED.E, step.event.blockTime) ? former.wait(step) : stop(step)),
};

/**
 * What to do for an event of the jobs program, null where there is nothing to do: before markets (eras A and B) there is
 * no state here, only events.
 */
export function handlerOf(event: ProtocolEvent): ((step: Step) => Involved) | null {
  switch (eraOf(event)) {
    case 'A':
    case 'B':
      return null;
    case 'C':
      return IN_C[event.instruction] ?? HANDLERS[event.instruction] ?? null;
    case 'D':
      return IN_D[event.instruction] ?? HANDLERS[event.instruction] ?? null;
    default:
      return HANDLERS[event.instruction] ?? null;
  }
}
