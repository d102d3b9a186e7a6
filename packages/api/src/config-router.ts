import { type Cluster, NOS_DECIMALS, networkConfig } from '@inferscan/protocol';
import type { RouterDeps } from './deps.js';
import { procedure, router } from './trpc.js';

/** What a browser needs to speak to the same chain. */
export interface ClientConfig {
  cluster: Cluster;
  rpcUrl: string;
  wsUrl: string;
  faucetUrl: string | null;
  jobsProgram: string;
  stakingProgram: string;
  rewardsProgram: string;
  nodesProgram: string;
  nosMint: string;
  nosDecimals: number;
}

export function configRouter(deps: RouterDeps) {
  const network = networkConfig(deps.cluster);
  const config: ClientConfig = {
    cluster: deps.cluster,
    rpcUrl: deps.config.rpcUrl,
    wsUrl: deps.config.wsUrl,
    faucetUrl: deps.config.faucetUrl,
    jobsProgram: network.jobsProgram,
    stakingProgram: network.stakingProgram,
    rewardsProgram: network.rewardsProgram,
    nodesProgram: network.nodesProgram,
    nosMint: network.nosMint,
    nosDecimals: NOS_DECIMALS,
  };
  return router({ get: procedure.query(() => config) });
}
