import type { RowOf, TABLES } from '@inferscan/db';
import type { HardwareReport } from '@inferscan/formats';
import { z } from 'zod';

import type { EndedJob } from './job-end.js';

const Operations = z.looseObject({
  ops: z
    .array(
      z.looseObject({
        id: z.string().optional().catch(undefined),
        args: z
          .looseObject({ image: z.string().max(500).optional().catch(undefined) })
          .optional()
          .catch(undefined),
      }),
    )
    .max(1_000),
});

/** Images of a definition by operation. */
export function imagesOf(definition: unknown): { id: string; image: string }[] {
  const parsed = Operations.safeParse(definition);
  if (!parsed.success) return [];
  return parsed.data.ops.flatMap(({ id, args }) =>
    id === undefined || args?.image === undefined ? [] : [{ id, image: args.image }],
  );
}

/** What a node said of its machine in the result of a job. */
export function hardwareRow(
  job: EndedJob & { readonly node: string; readonly resultCid: string },
  { specs, benchmark, operations }: HardwareReport,
  definition: unknown,
): RowOf<typeof TABLES.nodeHardware> {
  const images = imagesOf(definition).filter(({ id }) => operations.includes(id));
  return {
    job_id: job.id,
    node: job.node,
    result_cid: job.resultCid,
    poster: job.project,
    operations,
    images: [...new Set(images.map(({ image }) => image))],
    // The node's own clock is the node's own word as well.
    measured_at: job.endedAt,
    self_reported: true,
    system_environment: specs?.systemEnvironment ?? null,
    cpu_model: specs?.cpuModel ?? null,
    physical_cores: specs?.physicalCores ?? null,
    logical_cores: specs?.logicalCores ?? null,
    ram_mb: specs?.ramMb ?? null,
    disk_gb: specs?.diskGb ?? null,
    gpus: specs?.gpus ?? null,
    gpu_error: specs?.gpuError ?? null,
    cuda_runtime: specs?.cudaRuntime ?? null,
    cuda_driver: specs?.cudaDriver ?? null,
    nvml_driver: specs?.nvmlDriver ?? null,
    country: specs?.country ?? null,
    ping_ms: specs?.pingMs ?? null,
    download_mbps: specs?.downloadMbps ?? null,
    upload_mbps: specs?.uploadMbps ?? null,
    benchmark_model: benchmark?.model ?? null,
    tokens_per_second: benchmark?.tokensPerSecond ?? null,
    gpu_wattage_avg: benchmark?.gpuWattageAvg ?? null,
    gpu_temperature_avg: benchmark?.gpuTemperatureAvg ?? null,
    benchmark: benchmark?.figures ?? null,
  };
}
