import { fields } from './arguments.js';
import { byHand } from './define.js';
import type { InstructionLayout } from './layout.js';

// The nodes program has no published client. Era A was in June 2023, its last days excepted.

const REGISTER = 'd37c430fd3c2b2f0';
const UPDATE = 'dbc858b09e3ffd7f';
const AUDIT = '73eb2601733ada51';

const MACHINE = {
  architecture: 'u8',
  country: 'u16',
  cpu: 'u16',
  gpu: 'u16',
  memory: 'u16',
  iops: 'u16',
  storage: 'u16',
} as const;
const DESCRIPTION = fields({ ...MACHINE, endpoint: 'text', icon: 'text', version: 'text' });
/** In the program's first days the icon was an account. */
const DESCRIPTION_A = fields({ ...MACHINE, endpoint: 'text', version: 'text' });

const roles = { node: 'authority' } as const;

export const NODES_LAYOUTS: readonly InstructionLayout[] = [
  byHand('register', 'B', REGISTER, 'node payer authority systemProgram', DESCRIPTION, { roles }),
  byHand('register', 'A', REGISTER, 'node icon payer authority systemProgram', DESCRIPTION_A, { roles }),
  byHand('update', 'B', UPDATE, 'node authority', DESCRIPTION, { roles }),
  byHand('update', 'A', UPDATE, 'node icon authority', DESCRIPTION_A, { roles }),
  byHand('audit', 'A', AUDIT, 'node authority', fields({ audited: 'bool' }), { roles: {} }),
];
