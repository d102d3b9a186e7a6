import type { CatalogueModel, ClientConfig, PinnedDefinition } from '@inferscan/api/client';
import { inferenceDefinition, type JobDefinition } from '@inferscan/formats';
import { buildList, networkConfig } from '@inferscan/protocol';
import { encodeJson } from '@inferscan/storage/content';
import { address, createNoopSigner, generateKeyPairSigner } from '@solana/kit';
import type { WalletAccount } from '@wallet-standard/base';
import { type SendStep, sendInstructions } from '@/features/wallet/api/send';
import { signWithWallet } from '@/features/wallet/api/sign';
import type { UsableWallet } from '@/features/wallet/lib/capability';
import { type Stage, StageError } from '../lib/explain-error';

/** What the model is wanted for: an answer to a prompt, or an endpoint. */
export type Wanted = { for: 'answer'; prompt: string; reasoning: boolean } | { for: 'service' };

export interface LaunchRequest {
  model: CatalogueModel;
  wanted: Wanted;
  market: string;
  /** Seconds. */
  timeout: number;
}

export interface Launched {
  job: string;
  signature: string;
  definitionCid: string;
}

export interface LaunchDeps {
  config: ClientConfig;
  wallet: UsableWallet;
  account: WalletAccount;
  pin: (definition: JobDefinition) => Promise<PinnedDefinition>;
  onStage: (stage: Stage) => void;
}

/**
 * Posts one job: stores its definition, checks the address it got, has the wallet sign, sends, confirms.
 * @throws StageError around what stopped it
 */
export async function launchJob(deps: LaunchDeps, request: LaunchRequest): Promise<Launched> {
  let stage: Stage = 'storing';
  const enter = (next: Stage) => {
    stage = next;
    deps.onStage(next);
  };
  try {
    enter('storing');
    const definition = definitionOf(request);
    const [pinned, own] = await Promise.all([deps.pin(definition), encodeJson(definition)]);
    // What is listed is what this page wrote, whatever the server says it stored.
    if (pinned.cid !== own.cid) {
      throw new Error(`The content store answered with ${pinned.cid}, but the definition is ${own.cid}.`);
    }
    const [job, run] = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
    const payer = createNoopSigner(address(deps.account.address));
    const instruction = await buildList({
      network: networkConfig(deps.config.cluster),
      market: address(request.market),
      job,
      run,
      payer,
      definitionDigest: own.digest,
      timeout: BigInt(request.timeout),
    });
    const signature = await sendInstructions({
      rpcUrl: deps.config.rpcUrl,
      feePayer: payer.address,
      instructions: [instruction],
      onStep: (step: SendStep) => enter(step),
      sign: (transaction) =>
        signWithWallet(
          { wallet: deps.wallet, account: deps.account, cluster: deps.config.cluster },
          transaction,
          [job.keyPair, run.keyPair],
        ),
    });
    return { job: job.address, signature, definitionCid: own.cid };
  } catch (cause) {
    throw new StageError(stage, cause);
  }
}

/** The port that the definition names; where a node listens is its own affair. */
const SERVICE_PORT = 8080;

/** The definition of one prompt to a model of the catalogue, or of its endpoint, valid on any host of the network. */
function definitionOf({ model, wanted }: LaunchRequest): JobDefinition {
  if (model.task !== 'text-generation')
    throw new Error(`${model.name}: the console cannot ask for ${model.task} yet`);
  if (wanted.for === 'service') {
    return inferenceDefinition(
      { model: model.name, task: model.task, serve: { port: SERVICE_PORT } },
      { trigger: 'dashboard' },
    );
  }
  const { prompt, reasoning } = wanted;
  return inferenceDefinition(
    {
      model: model.name,
      task: 'text-generation',
      inputs: [prompt],
      params: {
        reasoning,
        max_tokens: reasoning ? model.maxTokens.reasoning : model.maxTokens.direct,
        temperature: 0,
      },
    },
    { trigger: 'dashboard' },
  );
}
