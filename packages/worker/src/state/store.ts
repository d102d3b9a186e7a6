import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { replaceFile } from './file.js';
import { INITIAL_STATE, NodeState } from './record.js';

export interface StateStore {
  /** What was saved last. */
  get(): NodeState;
  /** Changes and saves; on the disk before it resolves. */
  update(change: Partial<Omit<NodeState, 'version'>>): Promise<NodeState>;
}

const FILE = 'state.json';

function encode(state: NodeState): string {
  return JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/**
 * A node's memory in one file, replaced as a whole.
 * @throws Error naming the file if it is not one of ours
 */
export async function openStateStore(dir: string): Promise<StateStore> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, FILE);
  let state = await load(path);

  return {
    get: () => state,
    async update(change) {
      const next = { ...state, ...change };
      await replaceFile(path, encode(next));
      state = next;
      return next;
    },
  };
}

async function load(path: string): Promise<NodeState> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return INITIAL_STATE;
    throw error;
  }
  try {
    return NodeState.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} is not the state of a node of this version; move it away to start afresh`, {
      cause,
    });
  }
}
