import 'server-only';
import type { Api } from '@inferscan/api';
import { type Environment, readEnvironment } from './environment';

/** What the server's routes and pages need from outside. */
export interface Container {
  api: Api;
  environment: Environment;
}

async function createContainer(): Promise<Container> {
  const environment = readEnvironment();
  // Node loads these, not the bundler: the database brings binaries and files that must stay where they are.
  const [{ createApi }, { connectDatabase }, { createContentClient }] = await Promise.all([
    import(/* turbopackIgnore: true */ '@inferscan/api'),
    import(/* turbopackIgnore: true */ '@inferscan/db'),
    import(/* turbopackIgnore: true */ '@inferscan/storage/client'),
  ]);
  const api = createApi({
    database: connectDatabase(environment.DATABASE_URL, { applicationName: 'inferscan-web' }),
    cluster: environment.CLUSTER,
    config: {
      rpcUrl: environment.RPC_URL,
      wsUrl: environment.WS_URL ?? environment.RPC_URL.replace(/^http/, 'ws'),
      faucetUrl: environment.FAUCET_URL ?? null,
    },
    pinning: createContentClient({
      gateways: environment.IPFS_GATEWAYS,
      ...(environment.PINNING_URL === undefined ? {} : { pinningUrl: environment.PINNING_URL }),
      ...(environment.PINNING_TOKEN === undefined ? {} : { token: environment.PINNING_TOKEN }),
      allowPrivate: environment.CLUSTER === 'localnet' || environment.ALLOW_PRIVATE_GATEWAYS === 'true',
    }),
  });
  return { api, environment };
}

// The framework loads route bundles apart from each other, each with its own modules; one process must still
// hold one pool and one LISTEN connection. A registered symbol is the one place that all of them share.
const KEY = Symbol.for('inferscan.web.container');
type Holder = { [KEY]?: Promise<Container> | undefined };

/** The process's one container, created by its first use; a failed creation is tried again by the next. */
export function container(): Promise<Container> {
  const holder = globalThis as Holder;
  holder[KEY] ??= createContainer().catch((error: unknown) => {
    holder[KEY] = undefined;
    throw error;
  });
  return holder[KEY];
}
