import { type LocalnetProcess, type LocalnetStart, startLocalnet } from './process.js';
import { type BenchRpc, createBenchRpc } from './rpc.js';

/** Starts a localnet, works with it over `connections` connections, and ends it whatever happens. */
export async function withLocalnet<T>(
  { connections, ...start }: LocalnetStart & { readonly connections: number },
  work: (localnet: LocalnetProcess, rpc: BenchRpc) => Promise<T>,
): Promise<T> {
  const localnet = await startLocalnet(start);
  const rpc = createBenchRpc(localnet.url, connections);
  try {
    return await work(localnet, rpc);
  } finally {
    rpc.close();
    await localnet.stop();
  }
}
