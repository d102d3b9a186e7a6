import { z } from 'zod';
import { RPC_CODES, RpcError } from '../../rpc-error.js';
import { defineControl } from '../method.js';
import { answerRewindErrors } from '../rewind.js';

/** Snapshots remember every account that changes after them. */
const MAX_SNAPSHOTS = 16;

/** Closes the open slot and remembers the chain as it then is, until the localnet stops. */
export const snapshot = defineControl(
  'localnet_snapshot',
  z.tuple([]),
  async ({ chain, clock, snapshots }) => {
    if (snapshots.size >= MAX_SNAPSHOTS) {
      throw new RpcError(RPC_CODES.invalidRequest, `There are ${MAX_SNAPSHOTS} snapshots already`);
    }
    const ahead = clock.ahead();
    const { mark, slot } = await answerRewindErrors(chain.mark());
    snapshots.set(mark, { slot, ahead });
    return { snapshot: mark, slot };
  },
);
