import { decompress } from '@bokuweb/zstd-wasm';
import { networkConfig } from '@inferscan/protocol';
import {
  type Address,
  address,
  createSolanaRpc,
  generateKeyPairSigner,
  isSolanaError,
  type Rpc,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_BLOCK_NOT_AVAILABLE,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED,
  type SolanaRpcApi,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { findAssociatedTokenPda, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket } from '../../socket.js';
import { post, startTestNet, type TestNet, until } from '../../support.js';
import { createWallet, type Wallet } from '../../wallet.js';

const NOS = address(networkConfig('localnet').nosMint);

describe('reads of @solana/kit', () => {
  let test: TestNet;
  let rpc: Rpc<SolanaRpcApi>;
  let payer: Wallet;
  const holders: Address[] = [];

  beforeAll(async () => {
    test = await startTestNet();
    rpc = createSolanaRpc(test.net.url);
    payer = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [payer.key.address, 2_000_000_000]);
    for (const nos of ['5', '30', '20']) {
      const { address: owner } = await generateKeyPairSigner();
      await post(`${test.net.url}/faucet`, JSON.stringify({ address: owner, nos }));
      const [ata] = await findAssociatedTokenPda({ owner, mint: NOS, tokenProgram: TOKEN_PROGRAM_ADDRESS });
      holders.push(ata);
    }
    // Reads are of what is finalized, unless they say otherwise.
    await until('the faucet is finalized', async () => {
      const { value } = await rpc.getAccountInfo(holders.at(-1) ?? NOS, { encoding: 'base64' }).send();
      return value !== null;
    });
  });
  afterAll(() => test.stop());

  it('knows its one validator, which does not vote', async () => {
    const { identity } = await rpc.getIdentity().send();
    expect(await rpc.getSlotLeader().send()).toBe(identity);
    expect(await rpc.getVoteAccounts().send()).toEqual({ current: [], delinquent: [] });
    expect(await rpc.getHealth().send()).toBe('ok');
  });

  it('adds up the supply', async () => {
    const { value } = await rpc.getSupply({ excludeNonCirculatingAccountsList: true }).send();
    // The faucet begins with 9 million SOL.
    expect(value.total).toBeGreaterThan(9_000_000_000_000_000n - 1_000_000_000_000n);
    expect(value.circulating).toBe(value.total);
    expect(value.nonCirculating).toBe(0n);
  });

  it('lists the largest holders of a token', async () => {
    const { value } = await rpc.getTokenLargestAccounts(NOS, { commitment: 'processed' }).send();
    expect(
      value.filter(({ amount }) => amount !== '0').map((holder) => [holder.address, holder.amount]),
    ).toEqual([
      [holders[1], '30'],
      [holders[2], '20'],
      [holders[0], '5'],
    ]);
    expect((await test.rpc('getTokenLargestAccounts', [payer.key.address])).error?.code).toBe(-32602);
  });

  it('compresses account data', async () => {
    const [holder = NOS] = holders;
    const plain = await rpc.getAccountInfo(holder, { encoding: 'base64' }).send();
    const packed = await rpc.getAccountInfo(holder, { encoding: 'base64+zstd' }).send();
    expect(packed.value?.data[1]).toBe('base64+zstd');
    const unpacked = decompress(Buffer.from(packed.value?.data[0] ?? '', 'base64'));
    expect(Buffer.from(unpacked).toString('base64')).toBe(plain.value?.data[0]);

    const socket = await openSocket(test.net.wsUrl);
    const id = await socket.subscribe('accountSubscribe', [
      payer.key.address,
      { encoding: 'base64+zstd', commitment: 'processed' },
    ]);
    await payer.send([
      getTransferSolInstruction({ source: payer.key, destination: payer.key.address, amount: 1n }),
    ]);
    expect(await socket.wait(id)).toMatchObject([{ value: { data: [expect.any(String), 'base64+zstd'] } }]);
    socket.close();
  });

  it('shows the accounts and the inner instructions of a simulation', async () => {
    const destination = (await generateKeyPairSigner()).address;
    const wire = await payer.sign([
      getTransferSolInstruction({ source: payer.key, destination, amount: 5_000_000n }),
    ]);
    const simulate = (config: object) =>
      test.rpc('simulateTransaction', [wire, { encoding: 'base64', commitment: 'confirmed', ...config }]);
    const { value } = await rpc
      .simulateTransaction(wire, {
        encoding: 'base64',
        commitment: 'confirmed',
        sigVerify: true,
        innerInstructions: true,
        accounts: { encoding: 'base64', addresses: [destination] },
      })
      .send();
    expect(value.err).toBeNull();
    expect(value.accounts).toMatchObject([{ lamports: 5_000_000n }]);
    expect(value.innerInstructions).toEqual([]);
    const many = { accounts: { encoding: 'base64', addresses: Array(5).fill(destination) } };
    expect((await simulate(many)).error?.message).toContain('Too many accounts');
    const base58 = { accounts: { encoding: 'base58', addresses: [destination] } };
    expect((await simulate(base58)).error?.message).toContain('base58');
  });

  it('decodes the errors of slots that are still to come', async () => {
    const far = 10n ** 9n;
    const block: unknown = await rpc
      .getBlock(far)
      .send()
      .catch((error: unknown) => error);
    expect(isSolanaError(block, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_BLOCK_NOT_AVAILABLE)).toBe(true);
    const time = await test.rpc('getBlockTime', [Number(far)]);
    expect(time.error).toMatchObject({ code: -32004, message: `Block not available for slot ${far}` });
    const slot: unknown = await rpc
      .getSlot({ minContextSlot: far })
      .send()
      .catch((error: unknown) => error);
    expect(isSolanaError(slot, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED)).toBe(true);
  });
});
