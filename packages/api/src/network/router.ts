import type { RouterDeps } from '../deps.js';
import { procedure, router } from '../trpc.js';
import { readOverview } from './overview.js';

export function networkRouter(deps: RouterDeps) {
  return router({
    overview: procedure.query(() =>
      deps.read((reader) => readOverview(reader, Math.floor(deps.now() / 1_000))),
    ),
  });
}
