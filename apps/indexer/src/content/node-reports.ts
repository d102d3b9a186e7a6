import { type DatabaseClient, type RowOf, TABLES, writeRows } from '@inferscan/db';
import { readNodeReport } from '@inferscan/formats';
import { z } from 'zod';

/** Where a receipt names the report of its node. */
const NamesReport = z.looseObject({
  hardware: z.looseObject({
    report: z.string().regex(/^(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,120})$/),
  }),
});

/** Has the reports fetched that receipts name, if the node that the chain names has signed these. */
export async function wantReports(
  client: DatabaseClient,
  receipts: readonly RowOf<typeof TABLES.receipt>[],
): Promise<void> {
  const named = receipts.flatMap(({ receipt, signature_valid }) => {
    const { data } = NamesReport.safeParse(receipt);
    return signature_valid === true && data !== undefined ? [data.hardware.report] : [];
  });
  const rows = [...new Set(named)].sort().map((cid) => ({
    cid,
    kind: 'report',
    status: 'pending',
    next_attempt_at: new Date(),
  }));
  await writeRows(client, TABLES.content, rows, 'keep');
}

/**
 * Keeps what a node says of its machine, where a document is one that this node has signed.
 * @returns the node
 */
export async function deriveReport(
  client: DatabaseClient,
  cid: string,
  json: unknown,
): Promise<string | null> {
  const report = readNodeReport(json);
  if (report === null) return null;
  const { node, specs, measuredAt, memoryBandwidthGbS, speeds } = report;
  const row: RowOf<typeof TABLES.nodeReport> = {
    cid,
    node,
    measured_at: measuredAt === null ? null : Math.floor(measuredAt / 1_000),
    system_environment: specs?.systemEnvironment ?? null,
    cpu_model: specs?.cpuModel ?? null,
    logical_cores: specs?.logicalCores ?? null,
    ram_mb: specs?.ramMb ?? null,
    disk_gb: specs?.diskGb ?? null,
    gpus:
      specs?.gpus?.map(({ name, memoryMb }) => ({ name: name ?? 'GPU', memory_mb: memoryMb ?? 0 })) ?? null,
    memory_bandwidth_gb_s: memoryBandwidthGbS,
    models: speeds,
  };
  await writeRows(client, TABLES.nodeReport, [row], 'replace');
  return node;
}
