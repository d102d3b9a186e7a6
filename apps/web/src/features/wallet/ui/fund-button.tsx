'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '@/components/button';
import { useWallet } from './wallet-context';

/** Play money from a localnet's faucet; nothing where there is no faucet. */
export function FundButton({ urgent }: { urgent: boolean }): ReactNode {
  const { fund } = useWallet();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  if (fund === null) return null;

  async function press(request: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await request();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : 'The faucet did not work.');
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="flex flex-col gap-1">
      <Button
        data-testid="wallet-fund"
        variant={urgent ? 'primary' : 'plain'}
        size={urgent ? 'large' : 'small'}
        title="1 SOL and 100 NOS of play money"
        busy={busy}
        onClick={() => void press(fund)}
      >
        {urgent ? 'Get 1 SOL and 100 NOS from the faucet' : 'Get more'}
      </Button>
      {error !== null && (
        <p role="alert" className="text-12 text-failed">
          {error}
        </p>
      )}
    </div>
  );
}
