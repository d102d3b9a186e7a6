'use client';

import type { ClientConfig } from '@inferscan/api/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { WalletAccount } from '@wallet-standard/base';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTRPC } from '@/trpc/client';
import type { Balances } from '../api/balances';
import { connectOf, disconnectOf, eventsOf, isUsable, type UsableWallet } from '../lib/capability';
import { loadRemembered, saveRemembered } from '../lib/remembered';

export type WalletStatus = 'starting' | 'disconnected' | 'connecting' | 'connected';

/** The visitor's wallet and what is in it. */
export interface WalletView {
  /** null until the site's configuration has arrived. */
  config: ClientConfig | null;
  /** 'starting' until it is known whether a remembered wallet comes back. */
  status: WalletStatus;
  wallets: readonly UsableWallet[];
  wallet: UsableWallet | null;
  account: WalletAccount | null;
  /** Other accounts of the connected wallet can be chosen. */
  accounts: readonly WalletAccount[];
  /** null until read. */
  balances: Balances | null;
  balancesFailed: boolean;
  /** What went wrong with the last connect, for people. */
  error: string | null;
  connect(wallet: UsableWallet): Promise<void>;
  chooseAccount(address: string): void;
  disconnect(): Promise<void>;
  /** Reads the balances again. */
  refresh(): Promise<void>;
  /** 1 SOL and 100 NOS of play money; throws with a text for people. null where there is no faucet. */
  fund: (() => Promise<void>) | null;
}

const WalletContext = createContext<WalletView | null>(null);

const BALANCE_INTERVAL_MS = { localnet: 4_000, devnet: 20_000, mainnet: 20_000 } as const;

/** The wallet of this page. Throws where no {@link WalletProvider} is above. */
export function useWallet(): WalletView {
  const view = useContext(WalletContext);
  if (view === null) throw new Error('useWallet needs a WalletProvider above it');
  return view;
}

/** Gives its children a wallet; inside another one it only passes that one on. */
export function WalletProvider({ children }: { children: ReactNode }): ReactNode {
  const outer = useContext(WalletContext);
  return outer === null ? <OwnWallet>{children}</OwnWallet> : children;
}

function OwnWallet({ children }: { children: ReactNode }): ReactNode {
  const trpc = useTRPC();
  const config = useQuery(
    trpc.config.get.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
  ).data;
  const wallets = useWallets(config?.cluster ?? null);
  const connection = useConnection(wallets);
  const balances = useBalances(config ?? null, connection.account?.address ?? null);
  const { account } = connection;

  const fund = useMemo(() => {
    const faucetUrl = config?.faucetUrl ?? null;
    const address = account?.address;
    if (faucetUrl === null || address === undefined) return null;
    return async () => {
      const { requestFunds } = await import('../api/faucet');
      await requestFunds(faucetUrl, address);
      await balances.refresh();
    };
  }, [config, account, balances.refresh]);

  const view = useMemo<WalletView>(
    () => ({
      config: config ?? null,
      wallets: wallets ?? [],
      ...connection,
      balances: balances.value,
      balancesFailed: balances.failed,
      refresh: balances.refresh,
      fund,
    }),
    [config, wallets, connection, balances.value, balances.failed, balances.refresh, fund],
  );
  return <WalletContext value={view}>{children}</WalletContext>;
}

/** Wallets of this page as they announce themselves; null until the site's own one has had its chance. */
function useWallets(cluster: ClientConfig['cluster'] | null): readonly UsableWallet[] | null {
  const [wallets, setWallets] = useState<readonly UsableWallet[] | null>(null);
  useEffect(() => {
    if (cluster === null) return;
    let gone = false;
    const cleanups: (() => void)[] = [];
    const start = async () => {
      const { getWallets } = await import('@wallet-standard/app');
      const own = cluster === 'localnet' ? await ownWallet() : null;
      if (gone) return;
      const registry = getWallets();
      if (own !== null) cleanups.push(registry.register(own));
      const update = () => setWallets(registry.get().filter(isUsable));
      cleanups.push(registry.on('register', update), registry.on('unregister', update));
      update();
    };
    start().catch(() => setWallets([]));
    return () => {
      gone = true;
      for (const cleanup of cleanups) cleanup();
    };
  }, [cluster]);
  return wallets;
}

async function ownWallet() {
  const [{ createLocalnetWallet }, { createLocalKeyStore }] = await Promise.all([
    import('../lib/localnet-wallet'),
    import('../lib/key-store'),
  ]);
  return createLocalnetWallet(createLocalKeyStore());
}

interface Connection {
  status: WalletStatus;
  wallet: UsableWallet | null;
  account: WalletAccount | null;
  accounts: readonly WalletAccount[];
}

const NOBODY: Connection = { status: 'disconnected', wallet: null, account: null, accounts: [] };

function useConnection(wallets: readonly UsableWallet[] | null) {
  const [connection, setConnection] = useState<Connection>({ ...NOBODY, status: 'starting' });
  const [error, setError] = useState<string | null>(null);
  // Wallets that announce themselves late must not replace the one in use.
  const connected = useRef(false);
  useEffect(() => {
    connected.current = connection.status === 'connected' || connection.status === 'connecting';
  }, [connection.status]);

  const adopt = useCallback((wallet: UsableWallet, accounts: readonly WalletAccount[], wanted?: string) => {
    const account = accounts.find((candidate) => candidate.address === wanted) ?? accounts[0] ?? null;
    setConnection(account === null ? NOBODY : { status: 'connected', wallet, account, accounts });
    return account;
  }, []);

  // A remembered wallet comes back by itself, if it can do so without asking.
  useEffect(() => {
    if (wallets === null) return;
    const nobodyYet = () => setConnection((before) => (before.status === 'starting' ? NOBODY : before));
    const remembered = loadRemembered(localStorage);
    const wallet = wallets.find((candidate) => candidate.name === remembered?.wallet);
    if (remembered === null || wallet === undefined || connected.current) {
      nobodyYet();
      return;
    }
    let gone = false;
    connectOf(wallet)({ silent: true }).then(
      ({ accounts }) => {
        if (!gone) adopt(wallet, accounts, remembered.address);
      },
      () => {
        if (!gone) nobodyYet();
      },
    );
    return () => {
      gone = true;
    };
  }, [wallets, adopt]);

  // Accounts can be added and taken away in the wallet itself.
  const { wallet } = connection;
  useEffect(() => {
    if (wallet === null) return;
    return eventsOf(wallet)?.on('change', ({ accounts }) => {
      if (accounts !== undefined) adopt(wallet, accounts, loadRemembered(localStorage)?.address);
    });
  }, [wallet, adopt]);

  const connect = useCallback(
    async (chosen: UsableWallet) => {
      setError(null);
      setConnection((before) => ({ ...before, status: 'connecting' }));
      try {
        const { accounts } = await connectOf(chosen)();
        const account = adopt(chosen, accounts, loadRemembered(localStorage)?.address);
        if (account === null) setError(`${chosen.name} gave no account.`);
        else saveRemembered(localStorage, { wallet: chosen.name, address: account.address });
      } catch (cause) {
        setConnection(NOBODY);
        setError(cause instanceof Error && cause.message !== '' ? cause.message : `${chosen.name} refused.`);
      }
    },
    [adopt],
  );

  const chooseAccount = useCallback((address: string) => {
    setConnection((before) => {
      const account = before.accounts.find((candidate) => candidate.address === address);
      if (account === undefined || before.wallet === null) return before;
      saveRemembered(localStorage, { wallet: before.wallet.name, address });
      return { ...before, account };
    });
  }, []);

  const disconnect = useCallback(async () => {
    saveRemembered(localStorage, null);
    setConnection(NOBODY);
    if (wallet !== null) await disconnectOf(wallet)?.();
  }, [wallet]);

  return useMemo(
    () => ({ ...connection, error, connect, chooseAccount, disconnect }),
    [connection, error, connect, chooseAccount, disconnect],
  );
}

function useBalances(config: ClientConfig | null, address: string | null) {
  const client = useQueryClient();
  const queryKey = useMemo(() => ['wallet-balances', config?.cluster, address], [config?.cluster, address]);
  const query = useQuery({
    queryKey,
    enabled: config !== null && address !== null,
    refetchInterval: BALANCE_INTERVAL_MS[config?.cluster ?? 'mainnet'],
    queryFn: async ({ signal }): Promise<Balances> => {
      if (config === null || address === null) throw new Error('no account');
      const { readBalances } = await import('../api/balances');
      return readBalances(config.rpcUrl, config.nosMint, address, signal);
    },
  });
  const refresh = useCallback(() => client.invalidateQueries({ queryKey }), [client, queryKey]);
  return { value: query.data ?? null, failed: query.isError, refresh };
}
