import { z } from 'zod';

const answer = z.object({
  result: z.object({ data: z.object({ json: z.object({ rpcUrl: z.url(), wsUrl: z.url() }) }) }),
});

export interface PublicConfig {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly storageUrl: string;
}

/** What the explorer tells browsers about the chain it shows. */
export async function publicConfig(url: string): Promise<Omit<PublicConfig, 'storageUrl'>> {
  const response = await fetch(`${url}/api/trpc/config.get`);
  return answer.parse(await response.json()).result.data.json;
}
