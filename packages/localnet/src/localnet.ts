import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { address } from '@solana/kit';
import { createChain } from './chain/chain.js';
import { createClock } from './chain/clock.js';
import { createProgramAccounts } from './chain/program-accounts.js';
import { createTicker } from './chain/ticker.js';
import { createVm, type Vm } from './chain/vm.js';
import { createControl, isControlMethod } from './control/control.js';
import { createBase58 } from './encodings/base58.js';
import { createJsonWriter } from './encodings/json.js';
import { loadZstd } from './encodings/zstd.js';
import { createFaucet } from './faucet/faucet.js';
import { createFaults } from './faults/faults.js';
import { ensureGenesis } from './genesis/genesis.js';
import { loadPrograms } from './genesis/programs.js';
import { createSender } from './genesis/sender.js';
import { type HistoryStore, openHistoryStore } from './history/store.js';
import { type Log, silentLog } from './log.js';
import type { RpcContext } from './rpc/context.js';
import { RPC_METHODS } from './rpc/registry.js';
import { RPC_CODES, RpcError } from './rpc-error.js';
import { createHttpServer } from './server/http.js';
import { createJsonRpc, type LocatedCall } from './server/jsonrpc.js';
import { listen, stopListening } from './server/listen.js';
import { createWebsockets } from './server/websocket.js';

export interface LocalnetOptions {
  /** Folder of the chain's state and history; created when missing, continued when not. */
  readonly dataDir: string;
  /** Address to listen on. Default 127.0.0.1: this computer only. */
  readonly host?: string;
  /** HTTP port; 0 takes any free one. Default 8899. */
  readonly port?: number;
  /** Second port for websockets, which the HTTP port serves as well. Default port + 1, or any free one. */
  readonly wsPort?: number;
  /** Milliseconds per slot, 10 to 60000. Default 400. */
  readonly slotMs?: number;
  /** Address that may sign the jobs program's admin instructions. Default: DEFAULT_MARKET_ADMIN of the programs package. */
  readonly marketAdmin?: string;
  /**
   * Opens the control API (methods named `localnet_…`) to callers on this computer: clock, slots, snapshots, forks,
   * faults. Default false.
   */
  readonly control?: boolean;
  readonly log?: Log;
  /** Called when the chain cannot go on, which is when its disk fails. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Localnet {
  /** JSON-RPC over HTTP. */
  readonly url: string;
  readonly wsUrl: string;
  /** Closes the open slot, writes it and stops. */
  close(): Promise<void>;
}

/**
 * Starts a local network, or continues the one in `dataDir`.
 *
 * @throws Error when the folder belongs to a running localnet or a port is taken.
 */
export async function createLocalnet(options: LocalnetOptions): Promise<Localnet> {
  const { host = '127.0.0.1', port = 8899, slotMs = 400, log = silentLog, marketAdmin } = options;
  if (!Number.isInteger(slotMs) || slotMs < 10 || slotMs > 60_000) {
    throw new Error(`slotMs must be a whole number from 10 to 60000, not ${slotMs}`);
  }
  const base58 = createBase58();
  const compress = loadZstd();
  await mkdir(options.dataDir, { recursive: true });
  const store = await openHistoryStore(join(options.dataDir, 'chain'), base58);
  try {
    const vm = createVm(base58);
    loadPrograms(vm, marketAdmin === undefined ? {} : { marketAdmin: address(marketAdmin) });
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
    const sender = createSender(chain, base58);
    await ensureGenesis(chain, vm, sender);
    // Clients read finalized accounts unless they ask otherwise: the network is complete for them from the start.
    await chain.finalize();
    const faucet = await createFaucet(chain, vm, sender);

    let failure: string | null = null;
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
    const call: LocatedCall = (method, params, local) => {
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
    const http = createHttpServer({
      answerRpc: createJsonRpc(call, write, log),
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

    const boundPort = await listen(http, host, port, 'JSON-RPC');
    let boundWsPort: number;
    try {
      const wanted = options.wsPort ?? (port === 0 ? 0 : port + 1);
      boundWsPort = await listen(websocketOnly, host, wanted, 'websockets');
    } catch (error) {
      await stopListening(http);
      throw error;
    }
    ticker.start();

    let closing: Promise<void> | null = null;
    const close = async (): Promise<void> => {
      await ticker.stop();
      websockets.close();
      await Promise.all([stopListening(http), stopListening(websocketOnly)]);
      if (failure === null) await chain.advance();
      await store.close();
    };
    return {
      url: urlOf('http', host, boundPort),
      wsUrl: urlOf('ws', host, boundWsPort),
      close() {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Accounts that hold programs go last: loading a program needs its data account. */
async function restoreAccounts(store: HistoryStore, vm: Vm): Promise<void> {
  const programs: { address: string; state: Parameters<Vm['setAccount']>[1] }[] = [];
  for await (const entry of store.accounts()) {
    if (entry.state.executable) programs.push(entry);
    else vm.setAccount(entry.address, entry.state);
  }
  for (const { address, state } of programs) vm.setAccount(address, state);
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
