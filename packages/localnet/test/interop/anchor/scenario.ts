import {
  associatedTokenAddress,
  marketVault,
  networkConfig,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  SYSTEM_PROGRAM,
  stakeAddress,
} from '@inferscan/protocol';
import { address } from '@solana/kit';
import { Keypair } from '@solana/web3.js';
import { post, startTestNet, type TestNet, until } from '../../support.js';
import { idle } from '../solana-clients/idle.js';
import { type Accounts, type Anchor, type JobsProgram, openJobsProgram } from './client.js';

const NETWORK = networkConfig('localnet');
export const JOB_PRICE = 7;
const YEAR_SECONDS = 365 * 86_400;

/** A market with its owner, a poster with NOS and a node with a stake, each with a client of its own. */
export interface Scenario {
  readonly test: TestNet;
  readonly owner: Party;
  readonly poster: Party;
  readonly node: Party;
  readonly market: string;
  readonly vault: string;
  /** Accounts that `list` and `extend` name for the network's fee. */
  readonly rewards: Accounts;
  /** What `open` takes for a new market. */
  openAccounts(market: string): Promise<Accounts>;
  list(timeout?: number): Promise<Listed>;
  /** Lets the node take the job that has waited longest; returns the run. */
  work(): Promise<string>;
  stop(): Promise<void>;
}

export interface Party {
  readonly key: Keypair;
  readonly address: string;
  readonly nos: string;
  readonly jobs: JobsProgram;
}

export interface Listed {
  readonly job: string;
  /** What `delist` takes. */
  readonly delist: Accounts;
  /** What `extend` takes. */
  readonly extend: Accounts;
  readonly signature: string;
}

export const DIGEST: readonly number[] = Array.from({ length: 32 }, (_, index) => index + 1);

export async function playScenario(anchor: Anchor): Promise<Scenario> {
  const test = await startTestNet();
  const { BN } = anchor;
  const party = async (funds: object): Promise<Party> => {
    const key = Keypair.generate();
    const own = key.publicKey.toBase58();
    const answer = await post(`${test.net.url}/faucet`, JSON.stringify({ address: own, ...funds }));
    if (answer.includes('error')) throw new Error(answer);
    await until('the funds to be confirmed', async () => {
      const { result } = await test.rpc('getBalance', [own, { commitment: 'confirmed' }]);
      return (result as { value: number }).value > 0;
    });
    const nos = await associatedTokenAddress(address(own), NETWORK.nosMint);
    return { key, address: own, nos, jobs: openJobsProgram(anchor, test, key) };
  };
  const [owner, poster, node] = await Promise.all([
    party({ lamports: '1000000000' }),
    party({ lamports: '1000000000', nos: '1000000' }),
    party({
      lamports: '1000000000',
      nos: '1',
      stake: { amount: '10000000', durationSeconds: YEAR_SECONDS },
    }),
  ]);

  const openAccounts = async (market: string): Promise<Accounts> => ({
    market,
    vault: await marketVault(NETWORK, address(market)),
    authority: owner.address,
    accessKey: SYSTEM_PROGRAM,
  });
  const marketKey = Keypair.generate();
  const market = marketKey.publicKey.toBase58();
  const accounts = await openAccounts(market);
  const terms = [new BN(86_400), new BN(JOB_PRICE), new BN(3_600), 1, new BN(1_000_000)];
  await owner.jobs.call('open', accounts, terms, [marketKey]).rpc();

  const { vault = '' } = accounts;
  const rewards = {
    rewardsReflection: await rewardsReflectionAddress(NETWORK),
    rewardsVault: await rewardsVaultAddress(NETWORK),
  };
  const parties = { payer: poster.address, authority: poster.address };
  return {
    test,
    owner,
    poster,
    node,
    market,
    vault,
    rewards,
    openAccounts,
    async list(timeout = 600) {
      const [job, run] = [Keypair.generate(), Keypair.generate()];
      const named = { job: job.publicKey.toBase58(), market, vault, ...parties };
      const signature = await poster.jobs
        .call(
          'list',
          { ...named, ...rewards, run: run.publicKey.toBase58(), user: poster.nos },
          [[...DIGEST], new BN(timeout)],
          [job, run],
        )
        .rpc();
      return {
        job: named.job,
        delist: { ...named, deposit: poster.nos },
        extend: { ...named, ...rewards, user: poster.nos },
        signature,
      };
    },
    async work() {
      const run = Keypair.generate();
      const stake = await stakeAddress(NETWORK, address(node.address));
      const named = { run: run.publicKey.toBase58(), market, payer: node.address, authority: node.address };
      await node.jobs
        .call('work', { ...named, stake, nft: node.nos, metadata: SYSTEM_PROGRAM }, [], [run])
        .rpc();
      return named.run;
    },
    async stop() {
      const parties = [owner, poster, node];
      await Promise.all(parties.map(({ jobs }) => idle(jobs.provider.connection)));
      await test.stop();
    },
  };
}
