'use client';

import type { JobRow } from '@inferscan/api/client';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Signature } from '@/components/address';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { useToast } from '@/components/toast';
import { useWallet } from '@/features/wallet/ui/wallet-context';
import { exactAmount } from '@/format/amount';
import { useTRPC } from '@/trpc/client';
import { actionOf, earnedSoFar, type JobAction } from '../lib/actions';
import { type Explained, explainError } from '../lib/explain-error';
import { stopSentence } from '../lib/words';
import { ErrorNote } from './error-note';

const NAMES: Record<JobAction, { press: string; ask: string; done: string }> = {
  delist: { press: 'Take back', ask: 'Take this job back?', done: 'The job was taken back.' },
  end: { press: 'Stop', ask: 'Stop this job?', done: 'The job was stopped.' },
  recover: { press: 'Recover escrow', ask: 'Recover the escrow?', done: 'The escrow was recovered.' },
};

/** What the poster of a job can do about it now; nothing for anybody else. */
export function JobActionBar({ job }: { job: JobRow }): ReactNode {
  const { account } = useWallet();
  const [open, setOpen] = useState(false);
  const action = actionOf(job);
  if (action === null || account?.address !== job.project) return null;
  return (
    <>
      <Button data-testid={`job-${action}`} onClick={() => setOpen(true)}>
        {NAMES[action].press}
      </Button>
      <StopDialog job={job} action={action} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

function StopDialog({
  job,
  action,
  open,
  onClose,
}: {
  job: JobRow;
  action: JobAction;
  open: boolean;
  onClose: () => void;
}): ReactNode {
  const { config, wallet, account, refresh } = useWallet();
  const trpc = useTRPC();
  const client = useQueryClient();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Explained | null>(null);
  const earned = action === 'end' ? earnedSoFar(job, Date.now() / 1_000) : 0n;

  async function confirm(): Promise<void> {
    if (config === null || wallet === null || account === null) return;
    setBusy(true);
    setError(null);
    try {
      // As it is now: a job that was queued when the page was drawn may be running.
      const options = trpc.jobs.byAddress.queryOptions({ address: job.address });
      const detail = await client.fetchQuery({ ...options, staleTime: 0 });
      const current = actionOf(detail.job);
      if (current !== action) {
        setError({
          title: 'The job has moved on.',
          detail: 'Close this and look at it again. Nothing was signed.',
          remedy: null,
        });
        return;
      }
      const { stopJob } = await import('../api/stop-job');
      const signature = await stopJob({ config, wallet, account, onStage: () => undefined }, action, detail);
      toast({ title: NAMES[action].done, body: <Signature signature={signature} /> });
      onClose();
      void refresh();
      void client.invalidateQueries({ queryKey: options.queryKey });
    } catch (cause) {
      setError(explainError(cause, config.rpcUrl));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="small"
      title={NAMES[action].ask}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="primary"
            busy={busy}
            onClick={() => void confirm()}
            data-testid="job-action-confirm"
          >
            {action === 'end' ? 'Sign and stop' : `Sign, get ${exactAmount(job.escrow)} NOS back`}
          </Button>
        </>
      }
    >
      <p className="text-14 text-ink-2">
        {stopSentence(action, { escrow: job.escrow, price: job.price, earnedAtMost: earned })}
      </p>
      {error !== null && (
        <div className="mt-3">
          <ErrorNote error={error} />
        </div>
      )}
    </Dialog>
  );
}
