import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { StorageServer } from '@inferscan/storage/server';
import { address } from '@solana/kit';
import { createChain } from './chain/chain.js';
import { createClock } from './chain/clock.js';
import { guardVm, isProgramData, putStates } from './chain/guarded-vm.js';
import { createProgramAccounts } from './chain/program-accounts.js';
import { rememberAccounts } from './chain/remembered-accounts.js';
import { createTicker } from './chain/ticker.js';
import type { AccountState } from './chain/types.js';
import { createVm, type Vm } from './chain/vm.js';
import { createControl, isControlMethod } from './control/control.js';
import { type DataFolder, openDataFolder } from './data-folder.js';
import { createBase58 } from './encodings/base58.js';
import { createJsonWriter } from './encodings/json.js';
import { loadZstd } from './encodings/zstd.js';
import { createFaucet } from './faucet/faucet.js';
import { createFaults, type Faults } from './faults/faults.js';
import { ensureGenesis, putAccounts } from './genesis/genesis.js';
import { loadPrograms } from './genesis/programs.js';
import { createSender } from './genesis/sender.js';
import { type HistoryStore, openHistoryStore } from './history/store.js';
import { type Log, silentLog } from './log.js';
import type { Localnet, LocalnetOptions } from './options.js';
import type { RpcContext } from './rpc/context.js';
import { RPC_METHODS } from './rpc/registry.js';
import { RPC_CODES, RpcError } from './rpc-error.js';
import { createHttpServer } from './server/http.js';
import { type Call, createJsonRpc, type LocatedCall } from './server/jsonrpc.js';
import { listen, listenFailure, stopListening } from './server/listen.js';
import { createWebsockets } from './server/websocket.js';
import { createTeardown, type Teardown } from './teardown.js';

/**
 * Starts a local network, or continues the one in `dataDir`.
 *
 * @throws Error when the folder belongs to a running localnet, a port is taken, or a program or account does not load.
 */
export async function createLocalnet(options: LocalnetOptions = {}): Promise<Localnet> {
  const teardown = createTeardown();
  try {
    return await start(options, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function start(options: LocalnetOptions, teardown: Teardown): Promise<Localnet> {
  const { host = '127.0.0.1', port = 8899, slotMs = 400, log = silentLog } = options;
  if (!Number.isInteger(slotMs) || slotMs < 10 || slotMs > 60_000) {
    throw new Error(`slotMs must be a whole number from 10 to 60000, not ${slotMs}`);
  }
  const base58 = createBase58();
  const compress = loadZstd();
  const folder = await openDataFolder(options.dataDir);
  teardown.add(folder.release);
  const store = await openHistoryStore(folder.chain, base58);
  teardown.add(store.close);
  const vm = guardVm(rememberAccounts(createVm(base58), base58), base58);
  loadPrograms(vm, {
    ...(options.marketAdmin === undefined ? {} : { marketAdmin: address(options.marketAdmin) }),
    ...(options.programs === undefined ? {} : { others: options.programs }),
  });
  await restoreAccounts(store, vm);
  const clock = await createClock(store);
  const chain = await createChain({
    vm,
    base58,
    store,
    log,
    genesisHash: await genesisHash(store, (bytes) => base58.encode(bytes)),
    now: clock.now,
  });
  let failure: string | null = null;
  teardown.add(async () => {
    if (failure === null) await chain.advance();
  });
  const sender = createSender(chain, base58);
  putAccounts(chain, options.accounts ?? new Map());
  await ensureGenesis(chain, vm, sender);
  const faucet = await createFaucet(chain, vm, sender);
  for (const airdrop of options.airdrops ?? []) await faucet.topUp(airdrop);
  // Clients read finalized accounts unless they ask otherwise: the network is complete for them from the start.
  await chain.finalize();

  const problem = (): string | null => failure;
  const programAccounts = createProgramAccounts(vm, chain);
  const context: RpcContext = {
    programAccounts,
    chain,
    vm,
    store,
    base58,
    faucet,
    log,
    problem,
    compress: await compress,
  };
  const write = createJsonWriter();
  const faults = createFaults((method, params) => {
    const found = RPC_METHODS.get(method);
    if (found === undefined) throw new RpcError(RPC_CODES.methodNotFound, 'Method not found');
    return found.call(context, params);
  });
  const ticker = createTicker({
    chain,
    slotMs,
    skip: faults.skippedSlots,
    onFailure: (error) => {
      failure = `blocks cannot be written: ${String(error)}`;
      log('error', failure);
      options.onFailure?.(error);
    },
  });
  const control = options.control === true ? createControl({ chain, ticker, clock, faults }) : null;
  const http = createHttpServer({
    answerRpc: createJsonRpc(locatedCall(control, faults), write, log),
    faucet,
    faults,
    problem,
    status: () => ({ slot: chain.slot('processed'), finalized: chain.slot('finalized') }),
    write,
    log,
  });
  const websocketOnly = createServer((_request, response) => {
    response.writeHead(426, { upgrade: 'websocket' }).end('This port speaks websockets only.\n');
  });
  const websockets = createWebsockets({ context, faults, write, log });
  websockets.attach(http);
  websockets.attach(websocketOnly);

  const content = await startContent(options, folder, host, log);
  if (content !== null) teardown.add(content.close);
  const boundPort = await listen(http, host, port, 'JSON-RPC');
  teardown.add(() => stopListening(http));
  const wsPort = options.wsPort ?? (port === 0 ? 0 : port + 1);
  const boundWsPort = await listen(websocketOnly, host, wsPort, 'websockets');
  teardown.add(() => stopListening(websocketOnly));
  teardown.add(websockets.close);
  ticker.start();
  teardown.add(ticker.stop);
  return {
    url: urlOf('http', host, boundPort),
    wsUrl: urlOf('ws', host, boundWsPort),
    contentUrl: content?.url ?? null,
    close: teardown.run,
  };
}

/** Answers RPC methods to everyone and control methods, when they are on, to callers on this computer. */
function locatedCall(control: Call | null, faults: Faults): LocatedCall {
  return (method, params, local) => {
    if (!isControlMethod(method)) return faults.call(method, params);
    if (control === null) {
      throw new RpcError(
        RPC_CODES.methodNotFound,
        'The control API is off: start the localnet with --control',
      );
    }
    if (!local) throw new RpcError(RPC_CODES.invalidRequest, 'The control API serves only this computer');
    return control(method, params);
  };
}

async function startContent(
  { contentPort = null, contentToken }: LocalnetOptions,
  folder: DataFolder,
  host: string,
  log: Log,
): Promise<StorageServer | null> {
  if (contentPort === null) return null;
  // Loaded late: most localnets in tests have no content store, and its web server takes long to load.
  const { createDiskStore, createStorageServer } = await import('@inferscan/storage/server');
  try {
    return await createStorageServer({
      store: createDiskStore(folder.content),
      host,
      port: contentPort,
      ...(contentToken === undefined ? {} : { token: contentToken }),
      onError: (error) => log('error', 'the content store failed', { error: String(error) }),
    });
  } catch (error) {
    throw listenFailure(error, host, contentPort, 'the content store');
  }
}

/** Programs and their code go last, together. */
async function restoreAccounts(store: HistoryStore, vm: Vm): Promise<void> {
  const programs: [string, AccountState][] = [];
  for await (const { address, state } of store.accounts()) {
    if (state.executable || isProgramData(state)) programs.push([address, state]);
    else vm.setAccount(address, state);
  }
  putStates(vm, programs);
}

/** Tells one localnet from another: a client that sees a new hash knows that it must forget what it learned. */
async function genesisHash(store: HistoryStore, encode: (bytes: Uint8Array) => string): Promise<string> {
  const known = await store.readMeta('genesis-hash');
  if (known !== null) return known;
  const hash = encode(randomBytes(32));
  await store.writeMeta('genesis-hash', hash);
  return hash;
}

function urlOf(scheme: string, host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
