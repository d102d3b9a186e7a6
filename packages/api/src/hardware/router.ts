import type { RouterDeps } from '../deps.js';
import { procedure, router } from '../trpc.js';
import { listHardware } from './list.js';

export function hardwareRouter(deps: RouterDeps) {
  return router({
    /**
     * Kinds of CPUs and GPUs that proved work by receipts, the 200 most used first. The indexer adds receipts up within seconds of
     * reading them.
     */
    list: procedure.query(() => deps.read(listHardware)),
  });
}
