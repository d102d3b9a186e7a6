import type { MarketDetail } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Address } from '@/components/address';
import { Amount, Flow } from '@/components/amount';
import { Fact, Facts, Unknown } from '@/components/facts';
import { StateTag } from '@/components/state-tag';
import { groupedInteger } from '@/format/amount';

const KIND: Record<string, { name: string; direction: 'in' | 'out' }> = {
  deposit: { name: 'Escrow paid in', direction: 'in' },
  payout: { name: 'Paid to nodes', direction: 'out' },
  refund: { name: 'Back to posters', direction: 'out' },
  fee: { name: 'Network fees', direction: 'out' },
  close: { name: 'Vault closed', direction: 'out' },
  opening: { name: 'Held when the index began', direction: 'in' },
};

/** The market's books beside what the chain says its vault holds. */
export function VaultProof({ detail }: { detail: MarketDetail }): ReactNode {
  const { ledger, proof, market } = detail;
  return (
    <Facts>
      {ledger.map((line) => {
        const kind = KIND[line.kind];
        return (
          <Fact
            key={line.kind}
            name={kind?.name ?? line.kind}
            note={
              line.kind === 'opening'
                ? 'what came before is not known'
                : `${groupedInteger(line.entries)} ${line.entries === 1 ? 'transfer' : 'transfers'}`
            }
          >
            {kind === undefined ? (
              <Amount base={line.amount} />
            ) : (
              <Flow base={line.amount} direction={kind.direction} />
            )}
          </Fact>
        );
      })}
      <Fact strong={ledger.length > 0} name="The books say">
        <Amount base={proof.ledger} />
      </Fact>
      <Fact name="The vault holds" note={<Address address={market.vault} />}>
        {proof.chain === null ? (
          <Unknown why={proof.state === 'unknown' ? proof.reason : ''} />
        ) : (
          <Amount base={proof.chain} />
        )}
      </Fact>
      <Fact name="Proof">
        {proof.state === 'equal' && <StateTag state="done">equal, to the base unit</StateTag>}
        {proof.state === 'different' && <StateTag state="failed">they differ</StateTag>}
        {proof.state === 'unknown' && <StateTag state="waiting">{proof.reason}</StateTag>}
      </Fact>
    </Facts>
  );
}
