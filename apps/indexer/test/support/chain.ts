import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLocalnet, type Localnet } from '@inferscan/localnet';
import { type NetworkConfig, networkConfig } from '@inferscan/protocol';
import {
  type Address,
  address,
  appendTransactionMessageInstructions,
  type Blockhash,
  createSolanaRpc,
  createTransactionMessage,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  type Instruction,
  type KeyPairSigner,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { vi } from 'vitest';

/** A real localnet in a temporary folder, and what tests do with it. */
export interface TestChain {
  readonly net: Localnet;
  readonly network: NetworkConfig;
  readonly rpc: ReturnType<typeof createSolanaRpc>;
  /** May sign the jobs program's admin instructions. */
  readonly admin: KeyPairSigner;
  /** Somebody with SOL, NOS and, if wanted, a stake. */
  person(options?: { stake?: boolean }): Promise<KeyPairSigner>;
  /** Executes in the open slot. @throws when the program refuses it, unless `mayFail` */
  send(
    payer: KeyPairSigner,
    instructions: readonly Instruction[],
    options?: { mayFail?: boolean },
  ): Promise<string>;
  /** Data of an account as it is now, null where there is none. */
  account(of: Address): Promise<Uint8Array | null>;
  /** Data of every account of the jobs program, by address, at `confirmed`. */
  programAccounts(): Promise<Map<Address, Uint8Array>>;
  tokenBalance(account: Address): Promise<bigint>;
  /** Calls a method of the control API, where the chain was started with it. */
  control<Result>(method: string, ...params: unknown[]): Promise<Result>;
  /** Resolves when the transaction's slot is confirmed. */
  confirmed(signature: string): Promise<void>;
  /** Resolves when it is finalized. */
  final(signature: string): Promise<void>;
  stop(): Promise<void>;
}

const MEMO = address('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');
const REACHES_MS = 60_000;

export async function startTestChain(slotMs = 50, { control = false } = {}): Promise<TestChain> {
  const dataDir = await mkdtemp(join(tmpdir(), 'inferscan-chain-'));
  const admin = await generateKeyPairSigner();
  const net = await createLocalnet({ dataDir, port: 0, slotMs, control, marketAdmin: admin.address });
  const network = networkConfig('localnet');
  const rpc = createSolanaRpc(net.url);
  let count = 0;

  const give = async (to: Address, stake: boolean): Promise<void> => {
    const response = await fetch(new URL('/faucet', net.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        address: to,
        lamports: '20000000000',
        nos: '10000000000',
        ...(stake ? { stake: { amount: '1000000000', durationSeconds: 365 * 86_400 } } : {}),
      }),
    });
    if (!response.ok) throw new Error(`the faucet refused: ${await response.text()}`);
  };

  const reaches = async (signature: string, wanted: readonly string[]): Promise<void> => {
    // The chain is in this process: asking without a pause would keep it from going on.
    await vi.waitUntil(
      async () => {
        const { value } = await rpc
          .getSignatureStatuses([signature as Parameters<typeof rpc.getSignatureStatuses>[0][0]])
          .send();
        return wanted.includes(value[0]?.confirmationStatus ?? '');
      },
      { timeout: REACHES_MS, interval: slotMs / 4 },
    );
  };

  const chain: TestChain = {
    net,
    network,
    rpc,
    admin,
    async person({ stake = false } = {}) {
      const signer = await generateKeyPairSigner();
      await give(signer.address, stake);
      return signer;
    },
    async send(payer, instructions, { mayFail = false } = {}) {
      const { value } = await rpc.getLatestBlockhash({ commitment: 'processed' }).send();
      // Makes equal instructions within a slot different transactions.
      const memo: Instruction = { programAddress: MEMO, data: new TextEncoder().encode(`test ${count++}`) };
      const signed = await signTransactionMessageWithSigners(
        pipe(
          createTransactionMessage({ version: 0 }),
          (draft) => setTransactionMessageFeePayerSigner(payer, draft),
          (draft) =>
            setTransactionMessageLifetimeUsingBlockhash(
              { blockhash: value.blockhash as Blockhash, lastValidBlockHeight: value.lastValidBlockHeight },
              draft,
            ),
          (draft) => appendTransactionMessageInstructions([...instructions, memo], draft),
        ),
      );
      return rpc
        .sendTransaction(getBase64EncodedWireTransaction(signed), {
          encoding: 'base64',
          skipPreflight: mayFail,
          preflightCommitment: 'processed',
        })
        .send();
    },
    async account(of) {
      const { value } = await rpc.getAccountInfo(of, { commitment: 'processed', encoding: 'base64' }).send();
      return value === null ? null : Buffer.from(value.data[0], 'base64');
    },
    async programAccounts() {
      const accounts = await rpc
        .getProgramAccounts(network.jobsProgram, { commitment: 'confirmed', encoding: 'base64' })
        .send();
      return new Map(accounts.map(({ pubkey, account }) => [pubkey, Buffer.from(account.data[0], 'base64')]));
    },
    async tokenBalance(account) {
      const { value } = await rpc.getTokenAccountBalance(account, { commitment: 'confirmed' }).send();
      return BigInt(value.amount);
    },
    async control<Result>(method: string, ...params: unknown[]) {
      const response = await fetch(net.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: `localnet_${method}`, params }),
      });
      const answer = (await response.json()) as { result?: Result; error?: { message: string } };
      if (answer.error !== undefined) throw new Error(answer.error.message);
      return answer.result as Result;
    },
    confirmed: (signature) => reaches(signature, ['confirmed', 'finalized']),
    final: (signature) => reaches(signature, ['finalized']),
    async stop() {
      await net.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  await give(admin.address, false);
  return chain;
}
