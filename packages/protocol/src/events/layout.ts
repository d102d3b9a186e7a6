import type { JobsInstructionName } from './event.js';

/** Which of an instruction's accounts plays which part in the life of a job. */
export interface AccountRoles {
  readonly market?: string;
  readonly job?: string;
  readonly run?: string;
  readonly node?: string;
  readonly project?: string;
}

/**
 * One form of an instruction on the wire. An instruction that changed its form over time has several layouts
 * with the same discriminator; the first that fits data and accounts wins, so newer forms come first.
 */
export interface InstructionLayout {
  readonly name: JobsInstructionName;
  /** First 8 bytes of the data. */
  readonly discriminator: Uint8Array;
  /** Account names by place; accounts beyond them are ignored, as the program does. */
  readonly accounts: Readonly<Record<string, number>>;
  readonly roles: AccountRoles;
  /** Account that is created when a node and a job are matched, where matching depends on the queue. */
  readonly createdOnMatch?: string;
  /** Decodes the arguments, or throws when the data is too short. */
  readonly decode: (data: Uint8Array) => object;
}
