import type { ClientConfig, JobDetail } from '@inferscan/api/client';
import { buildDelist, buildEnd, buildRecover, networkConfig } from '@inferscan/protocol';
import { address, createNoopSigner, type Instruction } from '@solana/kit';
import type { WalletAccount } from '@wallet-standard/base';
import { sendInstructions } from '@/features/wallet/api/send';
import { signWithWallet } from '@/features/wallet/api/sign';
import type { UsableWallet } from '@/features/wallet/lib/capability';
import type { JobAction } from '../lib/actions';
import { type Stage, StageError } from '../lib/explain-error';

/**
 * Delists, ends or recovers a job as its project.
 * @returns the signature, once confirmed
 * @throws StageError around what stopped it
 */
export async function stopJob(
  deps: {
    config: ClientConfig;
    wallet: UsableWallet;
    account: WalletAccount;
    onStage: (stage: Stage) => void;
  },
  action: JobAction,
  detail: JobDetail,
): Promise<string> {
  let stage: Stage = 'signing';
  try {
    const instruction = await instructionOf(deps, action, detail);
    return await sendInstructions({
      rpcUrl: deps.config.rpcUrl,
      feePayer: address(deps.account.address),
      instructions: [instruction],
      onStep: (step) => {
        stage = step;
        deps.onStage(step);
      },
      sign: (transaction) =>
        signWithWallet(
          { wallet: deps.wallet, account: deps.account, cluster: deps.config.cluster },
          transaction,
          [],
        ),
    });
  } catch (cause) {
    throw new StageError(stage, cause);
  }
}

function instructionOf(
  deps: { config: ClientConfig; account: WalletAccount },
  action: JobAction,
  { job, runs }: JobDetail,
): Promise<Instruction> {
  const common = {
    network: networkConfig(deps.config.cluster),
    market: address(job.market),
    job: address(job.address),
    project: createNoopSigner(address(deps.account.address)),
  };
  if (action === 'delist') return buildDelist({ ...common, payer: address(job.payer) });
  if (action === 'recover') return buildRecover({ ...common, payer: address(job.payer) });
  const run = runs.findLast((candidate) => candidate.endedSignature === null);
  if (run === undefined) throw new Error('The job is no longer running.');
  return buildEnd({
    ...common,
    run: address(run.address),
    node: address(run.node),
    jobPayer: address(job.payer),
    runPayer: address(run.payer),
  });
}
