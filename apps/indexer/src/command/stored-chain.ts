import type { Database } from '@inferscan/db';
import { CLUSTERS, type NetworkConfig, networkConfig } from '@inferscan/protocol';

/** The network whose facts a database holds. @throws when it holds none */
export async function readStoredNetwork({ pool }: Pick<Database, 'pool'>): Promise<NetworkConfig> {
  const { rows } = await pool.query<{ cluster: string }>('SELECT cluster FROM checkpoint WHERE id = 1');
  const cluster = CLUSTERS.find((name) => name === rows[0]?.cluster);
  if (cluster === undefined) {
    throw new Error('the database holds no facts of any chain: run backfill or follow first');
  }
  return networkConfig(cluster);
}
