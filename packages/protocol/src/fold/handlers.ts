import type { JobsInstructionName } from '../events/event.js';
import { clean, complete, delist, extend, recover } from './jobs.js';
import { close, open, update } from './markets.js';
import { assign, claim, list, stop, work } from './matching.js';
import { end, finish, quit, quitAdmin } from './runs.js';
import type { Involved, Step } from './step.js';

/** What each instruction does to the state. Handlers change no money: that follows from transfers. */
export const HANDLERS: Readonly<Record<JobsInstructionName, (step: Step) => Involved>> = {
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
