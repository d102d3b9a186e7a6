import { z } from 'zod';

const healthSchema = z.object({ status: z.string(), reason: z.string().nullish() });

/** Whether the explorer at `url` says that the whole stack is well. */
export async function isHealthy(url: string): Promise<boolean> {
  const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) });
  const body = healthSchema.safeParse(await response.json());
  return response.status === 200 && body.success;
}

/** Whether anything answers at `url`, well or not. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) });
  await response.arrayBuffer();
  return response.status < 600;
}
