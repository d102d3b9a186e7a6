import { configRouter } from './config-router.js';
import { consoleRouter } from './console/router.js';
import type { RouterDeps } from './deps.js';
import { hardwareRouter } from './hardware/router.js';
import { jobsRouter } from './jobs/router.js';
import { liveRouter } from './live/router.js';
import { marketsRouter } from './markets/router.js';
import { networkRouter } from './network/router.js';
import { nodesRouter } from './nodes/router.js';
import { pricesRouter } from './prices/router.js';
import { rollupsRouter } from './rollups/router.js';
import { searchRouter } from './search/router.js';
import { transactionsRouter } from './transactions/router.js';
import { router } from './trpc.js';

/** All procedures over one set of dependencies. */
export function createAppRouter(deps: RouterDeps) {
  return router({
    config: configRouter(deps),
    network: networkRouter(deps),
    jobs: jobsRouter(deps),
    nodes: nodesRouter(deps),
    markets: marketsRouter(deps),
    hardware: hardwareRouter(deps),
    rollups: rollupsRouter(deps),
    prices: pricesRouter(deps),
    search: searchRouter(deps),
    transactions: transactionsRouter(deps),
    live: liveRouter(deps),
    console: consoleRouter(deps),
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;
