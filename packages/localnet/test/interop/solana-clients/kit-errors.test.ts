import { buildStop, knownMarkets, networkConfig } from '@inferscan/protocol';
import { isNosanaJobsError, NOSANA_JOBS_ERROR__MARKET_IN_WRONG_STATE } from '@nosana/jobs-program';
import {
  type Address,
  assertIsSendableTransaction,
  assertIsTransactionWithBlockhashLifetime,
  type Blockhash,
  generateKeyPairSigner,
  getBase64EncodedWireTransaction,
  type Instruction,
  isSolanaError,
  type KeyPairSigner,
  SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_TRANSACTION_SIGNATURE_VERIFICATION_FAILURE,
  SOLANA_ERROR__TRANSACTION_ERROR__ACCOUNT_NOT_FOUND,
  SOLANA_ERROR__TRANSACTION_ERROR__ALREADY_PROCESSED,
  SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND,
  SOLANA_ERROR__TRANSACTION_ERROR__INSUFFICIENT_FUNDS_FOR_RENT,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from '../../support.js';
import { createKitClient, type KitClient } from './kit.js';
import { rejection } from './rejection.js';

const NETWORK = networkConfig('localnet');

describe('errors of @solana/kit', () => {
  let test: TestNet;
  let client: KitClient;

  beforeAll(async () => {
    test = await startTestNet();
    client = await createKitClient(test);
  });
  afterAll(() => test.stop());

  const someone = async (): Promise<Address> => (await generateKeyPairSigner()).address;
  const pay = (destination: Address, amount: bigint, source = client.payer): Instruction =>
    getTransferSolInstruction({ source, destination, amount });
  /** A signed transaction, as `change` would have it. */
  const sign = async (
    instructions: Instruction[],
    { payer = client.payer, blockhash }: { payer?: KeyPairSigner; blockhash?: string } = {},
  ) => {
    const draft = setTransactionMessageFeePayerSigner(payer, await client.draft(instructions));
    const lifetime = { blockhash: blockhash as Blockhash, lastValidBlockHeight: 2n ** 60n };
    const signed = await signTransactionMessageWithSigners(
      blockhash === undefined ? draft : setTransactionMessageLifetimeUsingBlockhash(lifetime, draft),
    );
    assertIsSendableTransaction(signed);
    assertIsTransactionWithBlockhashLifetime(signed);
    return signed;
  };
  const send = (signed: Parameters<typeof getBase64EncodedWireTransaction>[0], skipPreflight = false) =>
    client.rpc
      .sendTransaction(getBase64EncodedWireTransaction(signed), {
        encoding: 'base64',
        preflightCommitment: 'processed',
        skipPreflight,
      })
      .send();
  /** Why the preflight refused a transaction, and what the programs had logged. */
  const refusal = async (
    signed: Parameters<typeof getBase64EncodedWireTransaction>[0],
  ): Promise<{ cause: unknown; logs: string }> => {
    const error = await rejection(send(signed));
    if (!isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)) {
      throw error;
    }
    return { cause: error.cause, logs: error.context.logs?.join('\n') ?? '' };
  };

  it('of a program: number, instruction and logs', async () => {
    const { cause, logs } = await refusal(
      await sign([pay(await someone(), 1_000_000n), pay(await someone(), 10n ** 15n)]),
    );
    if (!isSolanaError(cause, SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM)) throw cause;
    expect(cause.context).toMatchObject({ code: 1, index: 1 });
    expect(logs).toContain('insufficient lamports');
  });

  it('of the jobs program, by the names of its generated client', async () => {
    const [market] = knownMarkets('localnet');
    if (market === undefined) throw new Error('no market');
    const node = client.payer.address;
    const stop = await buildStop({ network: NETWORK, market: market.address, node, authority: client.payer });
    // The generated client looks for the program at its mainnet address only, unless told otherwise.
    const { cause } = await refusal(await sign([stop]));
    const message = { instructions: [{ programAddress: networkConfig('mainnet').jobsProgram }] };
    expect(isNosanaJobsError(cause, message, NOSANA_JOBS_ERROR__MARKET_IN_WRONG_STATE)).toBe(true);
  });

  it('of the transaction itself', async () => {
    const rent = (await refusal(await sign([pay(await someone(), 1n)]))).cause;
    if (!isSolanaError(rent, SOLANA_ERROR__TRANSACTION_ERROR__INSUFFICIENT_FUNDS_FOR_RENT)) throw rent;
    expect(rent.context.accountIndex).toBe(1);

    const poor = await generateKeyPairSigner();
    const unfunded = await sign([pay(await someone(), 1n, poor)], { payer: poor });
    expect(
      isSolanaError((await refusal(unfunded)).cause, SOLANA_ERROR__TRANSACTION_ERROR__ACCOUNT_NOT_FOUND),
    ).toBe(true);

    const stale = await sign([pay(client.payer.address, 1n)], { blockhash: await someone() });
    expect(
      isSolanaError((await refusal(stale)).cause, SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND),
    ).toBe(true);

    const twice = await sign([pay(client.payer.address, 2n)]);
    await send(twice);
    expect(
      isSolanaError((await refusal(twice)).cause, SOLANA_ERROR__TRANSACTION_ERROR__ALREADY_PROCESSED),
    ).toBe(true);
  });

  it('of a signature that is not right', async () => {
    const signed = await sign([pay(client.payer.address, 3n)]);
    const other = await sign([pay(client.payer.address, 4n)]);
    const error = await rejection(send({ ...signed, signatures: other.signatures }));
    const code = SOLANA_ERROR__JSON_RPC__SERVER_ERROR_TRANSACTION_SIGNATURE_VERIFICATION_FAILURE;
    expect(isSolanaError(error, code)).toBe(true);
  });

  it('of a transaction that landed and failed', async () => {
    const signed = await sign([pay(await someone(), 10n ** 15n)]);
    const confirm = sendAndConfirmTransactionFactory(client);
    const error = await rejection(confirm(signed, { commitment: 'confirmed', skipPreflight: true }));
    if (!isSolanaError(error, SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM)) throw error;
    expect(error.context).toMatchObject({ code: 1, index: 0 });
  });
});
