import type { RouterDeps } from '../deps.js';
import { procedure, router } from '../trpc.js';
import { readBeginning } from './beginning.js';
import { readCoverage } from './coverage.js';
import { readOverview } from './overview.js';

export function networkRouter(deps: RouterDeps) {
  return router({
    /** What is indexed, how far, and whether it agrees with the chain. */
    coverage: procedure.query(() => deps.read(readCoverage)),
    /** Since when there are figures; null: since the chain's first transaction. */
    beginning: procedure.query(() => deps.read(readBeginning)),
    overview: procedure.query(() =>
      deps.read((reader) => readOverview(reader, Math.floor(deps.now() / 1_000))),
    ),
  });
}
