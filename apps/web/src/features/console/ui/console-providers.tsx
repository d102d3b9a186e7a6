'use client';

import type { ReactNode } from 'react';
import { WalletProvider } from '@/features/wallet/ui/wallet-context';
import { TrpcProvider } from '@/trpc/client';

/** What the console needs around it: questions to the API from the browser, and a wallet. */
export function ConsoleProviders({ children }: { children: ReactNode }): ReactNode {
  return (
    <TrpcProvider>
      <WalletProvider>{children}</WalletProvider>
    </TrpcProvider>
  );
}
