import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from './app-router.js';

/** Types only: importing this brings no server code into a browser. */
export type { AppRouter } from './app-router.js';
export type { ClientConfig } from './config-router.js';
export type { CatalogueModel } from './console/catalogue.js';
export type { PinnedDefinition } from './console/pin-definition.js';
export type { HardwareRow, Throughput } from './hardware/router.js';
export type { HealthBody } from './health/health.js';
export type { AnswerView, ContentStatus, ContentView } from './jobs/content.js';
export type { DefinitionFactsView, JobDetail } from './jobs/detail.js';
export type { EventRow } from './jobs/events.js';
export type { LedgerRow } from './jobs/ledger.js';
export type { GpuDevice, ReceiptRow } from './jobs/receipts.js';
export type { JobRow, ResultState } from './jobs/row.js';
export type { RunRow } from './jobs/runs.js';
export type { Change, LiveMessage, LiveStatus } from './live/messages.js';
export type { VaultProof } from './markets/proof.js';
export type { MarketDetail } from './markets/router.js';
export type { MarketRow } from './markets/row.js';
export type { Beginning } from './network/beginning.js';
export type { Comparison, Coverage, DifferenceRow, Healed } from './network/coverage.js';
export type { Finality } from './network/finality.js';
export type { Lag } from './network/indexer-status.js';
export type { Overview } from './network/overview.js';
export type { NodeDetail, NodeMarket, NodeRun } from './nodes/detail.js';
export type { NodeReportView } from './nodes/report.js';
export type { NodeHardware, NodeOutcomes, NodeRow, SuccessRate } from './nodes/row.js';
export type { PricePoint, PriceRow } from './prices/router.js';
export type { Page } from './read/page.js';
export type { Bucket, RollupSeries, RollupTotals } from './rollups/router.js';
export type { Figures, RolledOutcome, UsdFlow } from './rollups/row.js';
export type { Waits } from './rollups/waits.js';
export type { SearchHit, SearchKind } from './search/router.js';
export type { TransactionDetail } from './transactions/router.js';

export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
