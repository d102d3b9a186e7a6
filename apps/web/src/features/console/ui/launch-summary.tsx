'use client';

import type { MarketRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Amount } from '@/components/amount';
import { Button } from '@/components/button';
import { Fact, Facts } from '@/components/facts';
import { FundButton } from '@/features/wallet/ui/fund-button';
import { WalletCard } from '@/features/wallet/ui/wallet-card';
import { useWallet } from '@/features/wallet/ui/wallet-context';
import { ConnectButton } from '@/features/wallet/ui/wallet-picker';
import { shortAddress } from '@/format/address';
import { exactAmount, perHour } from '@/format/amount';
import { spanText } from '@/format/duration';
import type { Explained, Stage } from '../lib/explain-error';
import { shortfall, type Terms } from '../lib/terms';
import { expectedStart, launchSentence } from '../lib/words';
import { ErrorNote } from './error-note';

const STAGE_TEXT: Record<Stage, string> = {
  storing: 'Storing the definition',
  signing: 'Waiting for your signature',
  sending: 'Sending',
  confirming: 'Waiting for the chain to confirm',
};

/** What the job costs, who pays, and the press that posts it. */
export function LaunchSummary({
  market,
  terms,
  stage,
  error,
}: {
  market: MarketRow;
  terms: Terms;
  /** null while nothing is on its way. */
  stage: Stage | null;
  error: Explained | null;
}): ReactNode {
  const { account, balances, fund } = useWallet();
  const missing = balances === null ? null : shortfall(terms, balances);
  const start = expectedStart(market);
  const name = market.name ?? shortAddress(market.address);
  return (
    <aside aria-label="What it costs" className="flex flex-col gap-4 desk:sticky desk:top-20 desk:self-start">
      <Facts>
        <Fact name="Price" note={<Amount base={perHour(terms.price)} unit="NOS per hour" />}>
          <Amount base={terms.price} unit="NOS per second" />
        </Fact>
        <Fact name="Time limit">{spanText(terms.timeout)}</Fact>
        <Fact name="Starts" note={start.why}>
          {start.when}
        </Fact>
        <Fact name="In escrow, the most it costs" strong>
          <Amount base={terms.escrow} />
        </Fact>
      </Facts>
      <WalletCard offerFunds={missing === null} />
      {account !== null && missing !== null && (
        <>
          <p className="text-13 text-ink-2" data-testid="launch-missing">
            {missingText(missing, fund !== null)}
          </p>
          <FundButton urgent />
        </>
      )}
      <p className="text-13 text-ink-2" data-testid="launch-sentence">
        {launchSentence(terms, name)}
      </p>
      {error !== null && <ErrorNote error={error} />}
      {account === null ? (
        <ConnectButton size="large" variant="primary" />
      ) : (
        <Button
          type="submit"
          data-testid="launch-submit"
          variant={missing === null ? 'primary' : 'plain'}
          size="large"
          busy={stage !== null}
          disabled={missing !== null || balances === null}
        >
          {stage === null ? 'Sign and launch' : STAGE_TEXT[stage]}
        </Button>
      )}
      <p className="sr-only" aria-live="polite">
        {stage === null ? '' : STAGE_TEXT[stage]}
      </p>
    </aside>
  );
}

function missingText(missing: { lamports: bigint; nos: bigint }, faucet: boolean): string {
  const parts = [
    missing.nos > 0n ? `${exactAmount(missing.nos)} NOS for the escrow` : null,
    missing.lamports > 0n
      ? `${exactAmount(roundUp(missing.lamports, 1_000_000n), 9)} SOL for fees and rent`
      : null,
  ].filter((part) => part !== null);
  return `Missing: ${parts.join(' and ')}. ${
    faucet
      ? 'The localnet’s faucet gives both; it is play money.'
      : 'Send it to the account above, then go on.'
  }`;
}

const roundUp = (value: bigint, step: bigint): bigint => ((value + step - 1n) / step) * step;
