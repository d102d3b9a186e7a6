import { z } from 'zod';
import type { RouterDeps } from '../deps.js';
import { DomainError } from '../errors/domain-error.js';
import { AddressText } from '../read/inputs.js';
import { Cursor, PageLimit } from '../read/page.js';
import { procedure, router } from '../trpc.js';
import { readNode } from './detail.js';
import { listNodes, NodeListInput } from './list.js';

const NodeByAddressInput = z.strictObject({
  address: AddressText,
  /** Pages the history of runs. */
  cursor: Cursor.nullish(),
  limit: PageLimit.default(25),
});

export function nodesRouter(deps: RouterDeps) {
  return router({
    list: procedure
      .input(NodeListInput)
      .query(({ input }) => deps.read((reader) => listNodes(reader, deps.directory, input))),
    byAddress: procedure.input(NodeByAddressInput).query(async ({ input }) => {
      const detail = await deps.read((reader) => readNode(reader, deps.directory, input));
      if (detail === null) throw new DomainError('not_found', `No node ${input.address} in the index.`);
      return detail;
    }),
  });
}
