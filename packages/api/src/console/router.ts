import { z } from 'zod';
import type { RouterDeps } from '../deps.js';
import { createRateLimit } from '../limits/rate-limit.js';
import { type MarketRow, type MarketSqlRow, marketSql, toMarketRow } from '../markets/row.js';
import { procedure, router } from '../trpc.js';
import { CATALOGUE, type CatalogueModel } from './catalogue.js';
import { pinDefinition } from './pin-definition.js';

/** One address may store 20 definitions at once and one more every 3 s; all together 120 and 10 a second. */
const PER_CLIENT = { burst: 20, refillMs: 3_000 };
const OVERALL = { burst: 120, refillMs: 100 };

export function consoleRouter(deps: RouterDeps) {
  const perClient = createRateLimit({ ...PER_CLIENT, now: deps.now });
  const overall = createRateLimit({ ...OVERALL, now: deps.now });
  return router({
    models: procedure.query((): CatalogueModel[] => [...CATALOGUE]),
    /** Open markets: those with waiting nodes first, then those with nodes at work, then the cheapest. */
    markets: procedure.query(() =>
      deps.read(async (reader): Promise<MarketRow[]> => {
        const rows = await reader.rows<MarketSqlRow>(
          marketSql(
            'first',
            `where m.closed_at is null
             order by m.queue_type = 'nodes' desc, counts.jobs_running > 0 desc, m.job_price, m.address limit 500`,
          ),
        );
        return rows.map((row) => toMarketRow(row, deps.directory));
      }),
    ),
    pinDefinition: procedure
      .input(z.strictObject({ definition: z.unknown() }))
      .mutation(({ input, ctx }) =>
        pinDefinition({ pinning: deps.pinning, perClient, overall }, ctx.clientAddress, input.definition),
      ),
  });
}
