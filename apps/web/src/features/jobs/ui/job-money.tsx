import type { JobDetail } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Signature } from '@/components/address';
import { Amount, Flow } from '@/components/amount';
import { Fact, Facts, Unknown } from '@/components/facts';
import { StateTag } from '@/components/state-tag';
import { exactAmount, perHour } from '@/format/amount';
import { spanText } from '@/format/duration';

const KIND: Record<string, { name: string; direction: 'in' | 'out' }> = {
  deposit: { name: 'Escrow paid in', direction: 'in' },
  payout: { name: 'Paid to the node', direction: 'out' },
  refund: { name: 'Back to the poster', direction: 'out' },
  fee: { name: 'Network fee', direction: 'out' },
  close: { name: 'Vault closed', direction: 'out' },
  other: { name: 'Other movement', direction: 'out' },
};

/** A job's money as the token transfers say it: in, out, and what they leave in the vault. */
export function JobMoney({ detail }: { detail: JobDetail }): ReactNode {
  const { job, ledger } = detail;
  const settled = job.status !== 'queued' && job.status !== 'running' && job.status !== 'unqueued';
  return (
    <Facts>
      <Fact name="Price" note={`${exactAmount(perHour(job.price))} NOS per hour`}>
        <Amount base={job.price} unit="NOS / s" />
      </Fact>
      <Fact name="Limit">{spanText(job.timeout)}</Fact>
      {ledger.map((entry) => {
        const kind = KIND[entry.kind] ?? { name: entry.kind, direction: 'out' as const };
        return (
          <Fact key={entry.position} name={kind.name} note={<Signature signature={entry.signature} />}>
            <Flow base={entry.amount} direction={entry.vaultDelta > 0n ? 'in' : kind.direction} />
          </Fact>
        );
      })}
      {job.deposited === null && (
        <Fact name="Before">
          <Unknown why="It was listed before the index began." />
        </Fact>
      )}
      {ledger.length === 0 && job.deposited !== null && (
        <Fact name="Movements">
          <span className="text-ink-3">none: the price was 0 when it was listed</span>
        </Fact>
      )}
      <Held detail={detail} name={settled ? 'Left in the vault' : 'In the vault for it'} />
    </Facts>
  );
}

/** What the vault holds for a job: by its transfers or, where some lie before the index, by its terms. */
function Held({ detail: { job, ledger }, name }: { detail: JobDetail; name: string }): ReactNode {
  if (job.paid === null || job.refunded === null) {
    return (
      <Fact strong name={name}>
        <Unknown why="It was settled before the index began." />
      </Fact>
    );
  }
  const claimed = job.escrow - job.paid - job.refunded;
  if (job.deposited === null) {
    return (
      <Fact strong name={name} note="by its terms">
        <Amount base={claimed} />
      </Fact>
    );
  }
  const held = ledger.reduce((sum, entry) => sum + entry.vaultDelta, 0n);
  return (
    <Fact
      strong
      name={name}
      note={
        held === claimed ? (
          <StateTag state="done">agrees with the transfers</StateTag>
        ) : (
          <StateTag state="failed">
            transfers say {exactAmount(held)} NOS, the record {exactAmount(claimed)}
          </StateTag>
        )
      }
    >
      <Amount base={held} />
    </Fact>
  );
}
