import { createNosanaClient, JobsClient, type Market, NosanaError, NosanaNetwork } from '@nosana/kit';
import {
  type Address,
  generateKeyPairSigner,
  isSolanaError,
  type KeyPairSigner,
  SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
} from '@solana/kit';
import { post, startTestNet, until } from '../../support.js';

export type KitClient = ReturnType<typeof createNosanaClient>;
type Sendable = Parameters<KitClient['solana']['buildSignAndSend']>[0];

/** Somebody with a key, funds and a client of their own. */
export interface Party {
  readonly key: KeyPairSigner;
  readonly address: Address;
  readonly client: KitClient;
  /** Builds, signs and sends with the kit, and waits until it is confirmed. */
  send(instructions: Sendable): Promise<string>;
  /** Sends what the program must refuse. */
  refusal(instructions: Sendable): Promise<Refusal>;
}

/** A program's error as a user of the kit reads it. */
export interface Refusal {
  readonly code: number;
  /** Anchor's name of the error. */
  readonly name: string | undefined;
  /** The account that caused it; undefined where it was a check of the handler. */
  readonly account: string | undefined;
  readonly program: Address | undefined;
}

export interface Funds {
  readonly lamports?: bigint;
  /** Base units; 0 opens no account. */
  readonly nos?: bigint;
  readonly stake?: { readonly amount: bigint; readonly days: number };
}

/** A localnet and a content store, and parties whose clients are told the addresses of both and nothing else. */
export interface KitNet {
  readonly url: string;
  readonly wsUrl: string;
  readonly contentUrl: string;
  party(funds?: Funds): Promise<Party>;
  /** NOS base units of an owner, asked of the RPC without the kit; -1 without an account. */
  nosOf(owner: Address): Promise<bigint>;
  /** NOS base units of a token account. */
  tokensAt(account: Address): Promise<bigint>;
  /** Lamports that a transaction cost its fee payer. */
  feeOf(signature: string): Promise<bigint>;
  control(method: string, ...params: unknown[]): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const SOL = 1_000_000_000n;
const NOS_MINT = 'devr1BGQndEW5k5zfvG5FsLyZv1Ap73vNgAHcQ9sUVP';

/** A digest as the chain holds it, of a job definition that nobody needs to read. */
export const SOME_CID = 'QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN';
export const OTHER_CID = 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o';

export async function startKitNet(): Promise<KitNet> {
  const test = await startTestNet({ control: true, contentPort: 0 });
  const { contentUrl } = test.net;
  if (contentUrl === null) throw new Error('the localnet has no content store');

  const call = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const { result, error } = await test.rpc(method, params);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };

  return {
    url: test.net.url,
    wsUrl: test.net.wsUrl,
    contentUrl,
    async party({ lamports = 5n * SOL, nos = 0n, stake } = {}) {
      const key = await generateKeyPairSigner();
      const wish = {
        address: key.address,
        lamports: String(lamports),
        ...(nos === 0n ? {} : { nos: String(nos) }),
        ...(stake && { stake: { amount: String(stake.amount), durationSeconds: stake.days * 86_400 } }),
      };
      const answer = await post(`${test.net.url}/faucet`, JSON.stringify(wish));
      const { signatures, error } = JSON.parse(answer) as { signatures?: string[]; error?: string };
      if (signatures === undefined) throw new Error(error ?? answer);
      await until('the funds to be confirmed', async () => {
        const { value } = (await call('getSignatureStatuses', signatures)) as SignatureStatuses;
        return value.every((status) => status !== null && status.confirmationStatus !== 'processed');
      });
      return createParty(key, connect(test.net.url, contentUrl, test.net.wsUrl));
    },
    async nosOf(owner) {
      const found = await call(
        'getTokenAccountsByOwner',
        owner,
        { mint: NOS_MINT },
        { encoding: 'jsonParsed', commitment: 'confirmed' },
      );
      const [first] = (found as { value: { account: { data: ParsedTokens } }[] }).value;
      return first === undefined ? -1n : BigInt(first.account.data.parsed.info.tokenAmount.amount);
    },
    async tokensAt(account) {
      const found = await call('getTokenAccountBalance', account, { commitment: 'confirmed' });
      return BigInt((found as { value: { amount: string } }).value.amount);
    },
    async feeOf(signature) {
      const found = await call('getTransaction', signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: 0,
      });
      return BigInt((found as { meta: { fee: number } }).meta.fee);
    },
    control: async (method, ...params) =>
      (await call(`localnet_${method}`, ...params)) as Record<string, unknown>,
    stop: test.stop,
  };
}

interface SignatureStatuses {
  readonly value: readonly ({ readonly confirmationStatus: string } | null)[];
}

interface ParsedTokens {
  readonly parsed: { readonly info: { readonly tokenAmount: { readonly amount: string } } };
}

/** The kit as its users set it up: the network whose addresses the localnet has, and where to find it. */
export function connect(url: string, contentUrl: string, wsUrl?: string): KitClient {
  const client = createNosanaClient(NosanaNetwork.DEVNET, {
    solana: { rpcEndpoint: url, ...(wsUrl === undefined ? {} : { wsEndpoint: wsUrl }) },
    ipfs: { api: contentUrl, gateway: `${contentUrl}/ipfs/` },
  });
  // On devnet it prints every call.
  client.logger.disable();
  return client;
}

function createParty(key: KeyPairSigner, client: KitClient): Party {
  client.wallet = key;
  return {
    key,
    address: key.address,
    client,
    send: (instructions) => client.solana.buildSignAndSend(instructions),
    async refusal(instructions) {
      const message = await client.solana.buildTransaction(instructions);
      const signed = await client.solana.signTransaction(message);
      const error: unknown = await client.solana.sendTransaction(signed).then(
        () => new Error('it was accepted'),
        (reason: unknown) => reason,
      );
      return readRefusal(error, (index) => message.instructions[index]?.programAddress);
    },
  };
}

function readRefusal(error: unknown, programAt: (index: number) => Address | undefined): Refusal {
  const preflight = error instanceof NosanaError ? error.details : undefined;
  if (!isSolanaError(preflight, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)) {
    throw new Error(`not a failed preflight: ${String(error)}`, { cause: error });
  }
  const { cause } = preflight;
  if (!isSolanaError(cause, SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM)) {
    throw new Error(`not a program's error: ${String(cause)}`, { cause });
  }
  const line = preflight.context.logs?.find((log) => log.includes('AnchorError'));
  return {
    code: cause.context.code,
    name: line?.match(/Error Code: (\w+)\./)?.[1],
    account: line?.match(/caused by account: (\w+)\./)?.[1],
    program: programAt(cause.context.index),
  };
}

/** Opens a market of one's own, in which nobody else queues. */
export async function openMarket(
  owner: Party,
  terms: Parameters<KitClient['jobs']['open']>[0] = {},
): Promise<Market> {
  const open = await owner.client.jobs.open(terms);
  await owner.send(open);
  return owner.client.jobs.market(JobsClient.parseOpenInstruction(open).accounts.market.address);
}

/** Lists a job and says where it is, and where its run is if a node was waiting. */
export async function listJob(
  poster: Party,
  { market, timeout, cid = SOME_CID }: { market: Address; timeout: number; cid?: string },
): Promise<{ job: Address; run: Address; signature: string }> {
  const list = await poster.client.jobs.list({ market, timeout, ipfsHash: cid });
  const signature = await poster.send(list);
  const { job, run } = JobsClient.parseListInstruction(list).accounts;
  return { job: job.address, run: run.address, signature };
}

/** Joins a market's queue, or takes the first job of it; the run's address is used only in the second case. */
export async function joinMarket(node: Party, market: Address): Promise<{ run: Address; signature: string }> {
  const work = await node.client.jobs.work({ market });
  const signature = await node.send(work);
  return { run: JobsClient.parseWorkInstruction(work).accounts.run.address, signature };
}
