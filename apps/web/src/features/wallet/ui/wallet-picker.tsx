'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import type { UsableWallet } from '../lib/capability';
import { LOCALNET_WALLET_NAME } from '../lib/names';
import { useWallet } from './wallet-context';

/** Connects a wallet: at once where there is one, after a choice where there are several. */
export function ConnectButton({
  size = 'medium',
  variant = 'plain',
  className,
}: {
  size?: 'small' | 'medium' | 'large';
  variant?: 'primary' | 'plain';
  className?: string;
}): ReactNode {
  const { status, wallets, connect, error } = useWallet();
  const [open, setOpen] = useState(false);
  const only = wallets.length === 1 ? wallets[0] : undefined;
  return (
    <>
      <Button
        data-testid="wallet-connect"
        variant={variant}
        size={size}
        className={className}
        busy={status === 'connecting'}
        disabled={status === 'starting'}
        onClick={() => {
          if (only === undefined) setOpen(true);
          else void connect(only);
        }}
      >
        {only?.name === LOCALNET_WALLET_NAME ? 'Use the localnet wallet' : 'Connect a wallet'}
      </Button>
      {error !== null && (
        <p role="alert" className="text-12 text-failed">
          {error}
        </p>
      )}
      <Dialog open={open} onClose={() => setOpen(false)} title="Connect a wallet" size="small">
        {wallets.length === 0 ? (
          <p className="text-13 text-ink-2">
            No Solana wallet is installed in this browser. Any wallet that follows the Wallet Standard will
            show up here; reload the page after installing one.
          </p>
        ) : (
          <ul className="flex flex-col gap-1">
            {wallets.map((wallet) => (
              <li key={wallet.name}>
                <WalletOption
                  wallet={wallet}
                  onChoose={() => {
                    setOpen(false);
                    void connect(wallet);
                  }}
                />
              </li>
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}

function WalletOption({ wallet, onChoose }: { wallet: UsableWallet; onChoose: () => void }): ReactNode {
  return (
    <button
      type="button"
      data-testid={`wallet-option-${wallet.name}`}
      onClick={onChoose}
      className="flex w-full items-center gap-3 rounded-6 px-2 py-2 text-left hover:bg-hover"
    >
      {/* biome-ignore lint/performance/noImgElement: a data URL that the wallet brings, nothing to optimise. */}
      <img src={wallet.icon} alt="" width={28} height={28} className="rounded-6" />
      <span className="min-w-0">
        <span className="block text-14 font-medium">{wallet.name}</span>
        {wallet.name === LOCALNET_WALLET_NAME && (
          <span className="block text-12 text-ink-3">
            A key made in this browser, for the localnet’s play money
          </span>
        )}
      </span>
    </button>
  );
}
