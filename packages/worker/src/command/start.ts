import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { createContentClient } from '@inferscan/storage/client';

import { loadKeypair } from '../chain/wallet.js';
import { connectEngine } from '../containers/engine.js';
import { openResourceStore } from '../containers/resources/open-store.js';
import { createLog } from '../log.js';
import { createNodeMetrics } from '../metrics/node-metrics.js';
import { type MetricsServer, serveMetrics } from '../metrics/server.js';
import { parseStart, START_HELP, type StartOptions } from '../options.js';
import { createWorker } from '../worker.js';
import type { Command } from './command.js';
import { prepareMachine } from './prepare.js';

/** The node itself. */
export const start: Command = {
  summary: 'take jobs from a market, run them, hand in results, be paid',
  help: START_HELP,
  async run(argv) {
    await runNode(parseStart(argv));
    return 0;
  },
};

async function runNode(options: StartOptions): Promise<void> {
  const signer = await loadKeypair(options.keypair);
  const log = createLog(options.logLevel, { node: signer.address });
  const token = process.env.PINNING_TOKEN;

  const containers = options.containers && {
    engine: await connectEngine(options.containers.socket, options.containers.policy),
    policy: options.containers.policy,
  };

  const drain = new AbortController();
  const kill = new AbortController();
  const onSignal = () => {
    if (drain.signal.aborted) kill.abort(new Error('told to stop at once'));
    else drain.abort(new Error('told to leave'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  const content = createContentClient({
    gateways: options.gateways,
    pinningUrl: options.pinningUrl,
    allowPrivate: options.allowPrivate,
    ...(token ? { token } : {}),
  });
  const stateDir = join(resolve(options.stateDir), signer.address);
  await mkdir(stateDir, { recursive: true });
  const resources =
    containers &&
    openResourceStore({
      engine: containers.engine,
      policy: containers.policy.resources,
      node: signer.address,
      stateDir,
      log,
    });
  const stop = AbortSignal.any([drain.signal, kill.signal]);
  const { engine, hardware, description, report } = await prepareMachine(
    options,
    stateDir,
    signer,
    log,
    stop,
  );
  const metrics = createNodeMetrics({ coreWatts: options.coreWatts });
  let metricsServer: MetricsServer | undefined;
  try {
    if (options.metricsPort !== undefined) {
      metricsServer = await serveMetrics(metrics, { port: options.metricsPort });
      log.info({ url: `${metricsServer.url}/metrics` }, 'figures are served');
    }
    const worker = await createWorker(
      {
        signer,
        markets: options.markets,
        accessNfts: options.accessNfts,
        minPerHour: options.minPerHour,
        patienceMs: options.patienceMs,
        rpcUrl: options.rpcUrl,
        wsUrl: options.wsUrl,
        content,
        engine: metrics.meter(engine),
        observer: metrics.observer,
        hardware,
        report,
        servicePlace: {
          host: options.endpointHost,
          port: options.endpointPort,
          publicUrl: options.endpointUrl,
        },
        ...(containers === undefined ? {} : { containers: { ...containers, resources } }),
        stateDir,
        log,
        pollMs: options.pollMs,
        ...(description === undefined ? {} : { description }),
        drainMs: options.drainMs,
        drainPolicy: options.drainPolicy,
        takesOver: options.takesOver,
      },
      stop,
    );
    const models = engine.models().map((model) => model.name);
    log.info({ markets: options.markets, cluster: worker.cluster, models }, 'node started');
    if (containers) {
      log.info({ docker: containers.engine.version, ...containers.policy }, 'containers of jobs are run');
      if (containers.policy.gpus && hardware.gpus.length === 0) {
        log.warn('containers may have GPUs, but nvidia-smi shows none here: jobs that ask for one will fail');
      }
    }
    await worker.run(drain.signal, kill.signal);
    log.info('node ended');
  } finally {
    await engine.close();
    await content.close();
    await resources?.close();
    await metricsServer?.close();
  }
}
