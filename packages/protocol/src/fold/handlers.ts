import type { ProtocolEvent } from '../events/event.js';
import { CURRENT_LAYOUTS } from '../events/jobs/current.js';
import type { JobsInstructionName } from '../events/names.js';
import { clean, complete, delist, extend, recover } from './jobs.js';
import { close, open, update } from './markets.js';
import { assign, claim, list, stop, work } from './matching.js';
import { end, finish, quit, quitAdmin } from './runs.js';
import type { Involved, Step } from './step.js';

/** What each instruction does to the state. Handlers change no money: that follows from transfers. */
const HANDLERS: Readonly<Record<JobsInstructionName, (step: Step) => Involved>> = {
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

const CURRENT_FORMS = new Set(CURRENT_LAYOUTS.map(({ name, form }) => `${name} ${form}`));

const isHandled = (name: string): name is JobsInstructionName => name in HANDLERS;

/** What to do for an event of the jobs program, null for forms whose effect on the state is not known. */
export function handlerOf({ instruction, form }: ProtocolEvent): ((step: Step) => Involved) | null {
  if (!isHandled(instruction) || !CURRENT_FORMS.has(`${instruction} ${form}`)) return null;
  return HANDLERS[instruction];
}
