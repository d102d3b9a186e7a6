'use client';

import type { ReactNode } from 'react';
import { Address } from '@/components/address';
import { Amount } from '@/components/amount';
import { Button } from '@/components/button';
import { Select } from '@/components/select';
import { Skeleton } from '@/components/skeleton';
import { shortAddress } from '@/format/address';
import { exactAmount, shortAmount } from '@/format/amount';
import { FundButton } from './fund-button';
import { useWallet } from './wallet-context';

const SOL_DECIMALS = 9;

/**
 * Who pays, and what is in the wallet. Nothing while none is connected.
 * `offerFunds` puts the faucet's small button beside the balances, for those who want more without need.
 */
export function WalletCard({ offerFunds }: { offerFunds: boolean }): ReactNode {
  const { account, accounts, wallet, balances, balancesFailed, chooseAccount, disconnect } = useWallet();
  if (account === null || wallet === null) return null;
  return (
    <section aria-label="Wallet" className="flex flex-col gap-2">
      <div className="flex items-center gap-2 text-13">
        <span className="text-ink-2">{wallet.name}</span>
        <Address address={account.address} copy="always" />
        <Button size="small" variant="quiet" className="-mr-2 ml-auto" onClick={() => void disconnect()}>
          Disconnect
        </Button>
      </div>
      {accounts.length > 1 && (
        <Select
          label="Account"
          value={account.address}
          onChange={(event) => chooseAccount(event.target.value)}
          options={accounts.map(({ address, label }) => ({
            value: address,
            label: label === undefined ? shortAddress(address) : `${label}, ${shortAddress(address)}`,
          }))}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-14" data-testid="wallet-balances">
        {balances !== null ? (
          <>
            <Amount base={balances.nos} precision="short" />
            <Sol lamports={balances.lamports} />
          </>
        ) : balancesFailed ? (
          <span className="text-13 text-ink-3">Balance unknown: the chain’s RPC does not answer.</span>
        ) : (
          <Skeleton className="my-1 h-3 w-40" />
        )}
        {offerFunds && balances !== null && (
          <span className="ml-auto">
            <FundButton urgent={false} />
          </span>
        )}
      </div>
    </section>
  );
}

function Sol({ lamports }: { lamports: bigint }): ReactNode {
  const { digits, shortened } = shortAmount(lamports, 3, SOL_DECIMALS);
  return (
    <span
      className="whitespace-nowrap tabular-nums"
      title={shortened ? `${exactAmount(lamports, SOL_DECIMALS)} SOL` : undefined}
    >
      {digits} <span className="text-ink-3">SOL</span>
    </span>
  );
}
