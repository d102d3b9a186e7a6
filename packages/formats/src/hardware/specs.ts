import { z } from 'zod';

/** Largest counts that are believed: what Postgres' integers hold. */
const MAX_COUNT = 2_147_483_647;
const MAX_GPUS = 64;

const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const Text = z
  .string()
  .max(300)
  .transform((text) => text.trim())
  .refine((text) => text !== '');
const Count = z.number().min(0).max(MAX_COUNT).transform(Math.round);
const Figure = z.number().min(0).max(1e15);
/** Versions are written as text or as number. */
const Version = z.union([Text, z.number().transform(String)]);

const Device = z.looseObject({
  index: lenient(Count),
  name: lenient(Text),
  uuid: lenient(Text),
  memory: lenient(z.looseObject({ total_mb: lenient(Figure) })),
  network_architecture: lenient(z.looseObject({ major: Count, minor: Count })),
});

const CudaCheck = z.looseObject({
  devices: lenient(z.array(Device).max(MAX_GPUS)),
  runtime_version: lenient(Version),
  cuda_driver_version: lenient(Version),
  nvml_driver_version: lenient(Version),
  error: lenient(z.looseObject({ reason: lenient(z.string()) })),
});

const Specs = z.looseObject({
  system_environment: lenient(Text),
  cpu_model: lenient(Text),
  ram_mb: lenient(Figure),
  disk_gb: lenient(Figure),
  physical_cores: lenient(Count),
  logical_cores: lenient(Count),
  country: lenient(Text),
  ping_ms: lenient(Figure),
  download_mbps: lenient(Figure),
  upload_mbps: lenient(Figure),
  cuda_check: lenient(CudaCheck),
});

export interface ReportedGpu {
  readonly index: number | null;
  readonly name: string | null;
  readonly uuid: string | null;
  readonly memoryMb: number | null;
  /** Such as `8.9`. */
  readonly computeCapability: string | null;
}

/** A machine as it describes itself; null where it says nothing. Its network address is left out. */
export interface HardwareSpecs {
  readonly systemEnvironment: string | null;
  readonly cpuModel: string | null;
  readonly physicalCores: number | null;
  readonly logicalCores: number | null;
  readonly ramMb: number | null;
  readonly diskGb: number | null;
  /** null: not reported; empty: the check found none. */
  readonly gpus: readonly ReportedGpu[] | null;
  readonly cudaRuntime: string | null;
  readonly cudaDriver: string | null;
  readonly nvmlDriver: string | null;
  readonly gpuError: string | null;
  readonly country: string | null;
  readonly pingMs: number | null;
  readonly downloadMbps: number | null;
  readonly uploadMbps: number | null;
}

/** Reads what the network's statistics image prints, whole or the part that one op prints; null if nothing of it is there. */
export function readSpecs(json: unknown): HardwareSpecs | null {
  const parsed = Specs.safeParse(json);
  if (!parsed.success) return null;
  const seen = parsed.data;
  const cuda = seen.cuda_check;
  const specs: HardwareSpecs = {
    systemEnvironment: seen.system_environment ?? null,
    cpuModel: seen.cpu_model ?? null,
    physicalCores: seen.physical_cores ?? null,
    logicalCores: seen.logical_cores ?? null,
    ramMb: seen.ram_mb ?? null,
    diskGb: seen.disk_gb ?? null,
    gpus: cuda === undefined ? null : (cuda.devices ?? []).map(gpuOf),
    cudaRuntime: cuda?.runtime_version ?? null,
    cudaDriver: cuda?.cuda_driver_version ?? null,
    nvmlDriver: cuda?.nvml_driver_version ?? null,
    gpuError: cuda?.error?.reason?.slice(0, 300) ?? null,
    country: seen.country ?? null,
    pingMs: seen.ping_ms ?? null,
    downloadMbps: seen.download_mbps ?? null,
    uploadMbps: seen.upload_mbps ?? null,
  };
  return Object.values(specs).some((value) => value !== null) ? specs : null;
}

function gpuOf({
  index,
  name,
  uuid,
  memory,
  network_architecture: version,
}: z.infer<typeof Device>): ReportedGpu {
  return {
    index: index ?? null,
    name: name ?? null,
    uuid: uuid ?? null,
    memoryMb: memory?.total_mb ?? null,
    computeCapability: version === undefined ? null : `${version.major}.${version.minor}`,
  };
}

/** Two parts of one description: what the second says counts where both speak. */
export function mergeSpecs(first: HardwareSpecs | null, second: HardwareSpecs | null): HardwareSpecs | null {
  if (first === null || second === null) return second ?? first;
  const said = Object.fromEntries(Object.entries(second).filter(([, value]) => value !== null));
  return { ...first, ...said };
}
