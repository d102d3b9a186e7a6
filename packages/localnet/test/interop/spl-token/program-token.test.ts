import {
  type Address,
  fetchJsonParsedAccount,
  generateKeyPairSigner,
  type Instruction,
  isSolanaError,
  type KeyPairSigner,
  none,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
  some,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import {
  AccountState,
  AuthorityType,
  fetchAllToken,
  fetchMaybeToken,
  fetchMint,
  fetchToken,
  findAssociatedTokenPda,
  getApproveInstruction,
  getBatchInstruction,
  getBurnInstruction,
  getCloseAccountInstruction,
  getCreateAssociatedTokenIdempotentInstructionAsync,
  getCreateMintInstructionPlan,
  getFreezeAccountInstruction,
  getMintToATAInstructionPlanAsync,
  getMintToInstruction,
  getRevokeInstruction,
  getSetAuthorityInstruction,
  getSyncNativeInstruction,
  getThawAccountInstruction,
  getTransferCheckedInstruction,
  getTransferInstruction,
  getTransferToATAInstructionPlanAsync,
  isTokenError,
  TOKEN_ERROR__ACCOUNT_FROZEN,
  TOKEN_ERROR__INSUFFICIENT_FUNDS,
  TOKEN_ERROR__MINT_DECIMALS_MISMATCH,
  TOKEN_ERROR__OWNER_MISMATCH,
  TOKEN_PROGRAM_ADDRESS,
  type TokenError,
} from '@solana-program/token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from '../../support.js';
import { createKitClient, type KitClient } from '../solana-clients/kit.js';

const DECIMALS = 3;
const WRAPPED_SOL = 'So11111111111111111111111111111111111111112' as Address;

describe('@solana-program/token', () => {
  let test: TestNet;
  let client: KitClient;
  let payer: KeyPairSigner;
  let owner: KeyPairSigner;
  let mint: Address;

  beforeAll(async () => {
    test = await startTestNet();
    client = await createKitClient(test);
    ({ payer } = client);
    owner = await generateKeyPairSigner();
    const newMint = await generateKeyPairSigner();
    mint = newMint.address;
    const authority = payer.address;
    await client.sendPlan(
      getCreateMintInstructionPlan({
        payer,
        newMint,
        decimals: DECIMALS,
        mintAuthority: authority,
        freezeAuthority: authority,
      }),
    );
  });
  afterAll(() => test.stop());

  const accountOf = async (holder: Address, of = mint): Promise<Address> => {
    const seeds = { owner: holder, mint: of, tokenProgram: TOKEN_PROGRAM_ADDRESS };
    return (await findAssociatedTokenPda(seeds))[0];
  };
  const read = async (token: Address) => (await fetchToken(client.rpc, token)).data;
  const fund = async (holder: Address, amount: bigint): Promise<Address> => {
    const plan = { payer, mint, owner: holder, mintAuthority: payer, amount, decimals: DECIMALS };
    await client.sendPlan(await getMintToATAInstructionPlanAsync(plan));
    return accountOf(holder);
  };
  /** Expects the instruction to be refused by the token program for this reason. */
  const refused = async (instruction: Instruction, code: TokenError): Promise<void> => {
    const error: unknown = await client.send([instruction]).catch((reason: unknown) => reason);
    if (!isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)) {
      throw error;
    }
    expect(isTokenError(error.cause, { instructions: [instruction] }, code)).toBe(true);
  };

  it('issues to an account that it opens, and transfers to one that it opens', async () => {
    const holder = await generateKeyPairSigner();
    const from = await fund(holder.address, 5_000n);
    const recipient = (await generateKeyPairSigner()).address;
    const transfer = { payer, mint, authority: holder, recipient, amount: 1_200n, decimals: DECIMALS };
    await client.sendPlan(await getTransferToATAInstructionPlanAsync(transfer));
    const to = await accountOf(recipient);
    const held = await fetchAllToken(client.rpc, [from, to]);
    expect(held.map(({ data }) => [data.owner, data.mint, data.amount])).toEqual([
      [holder.address, mint, 3_800n],
      [recipient, mint, 1_200n],
    ]);
    const parsed = await fetchJsonParsedAccount(client.rpc, to);
    expect(parsed).toMatchObject({
      exists: true,
      data: {
        parsedAccountMeta: { program: 'spl-token', type: 'account' },
        owner: recipient,
        tokenAmount: { amount: '1200', uiAmountString: '1.2' },
      },
    });
    expect((await fetchMint(client.rpc, mint)).data).toMatchObject({
      decimals: DECIMALS,
      isInitialized: true,
      mintAuthority: some(payer.address),
      freezeAuthority: some(payer.address),
    });
  });

  it('names the reason of a refusal', async () => {
    const [source, destination] = [await fund(owner.address, 10n), await fund(payer.address, 0n)];
    const transfer = { source, destination, authority: owner };
    await refused(
      getTransferInstruction({ ...transfer, amount: 10n ** 12n }),
      TOKEN_ERROR__INSUFFICIENT_FUNDS,
    );
    await refused(
      getTransferCheckedInstruction({ ...transfer, mint, amount: 1n, decimals: 9 }),
      TOKEN_ERROR__MINT_DECIMALS_MISMATCH,
    );
    await refused(
      getTransferInstruction({ ...transfer, authority: payer, amount: 1n }),
      TOKEN_ERROR__OWNER_MISMATCH,
    );
  });

  it('approves, revokes, freezes and thaws', async () => {
    const delegate = await generateKeyPairSigner();
    const [source, destination] = [await fund(owner.address, 100n), await fund(payer.address, 0n)];
    const before = await read(destination);
    await client.send([
      getApproveInstruction({ source, delegate: delegate.address, owner, amount: 40n }),
      getTransferInstruction({ source, destination, authority: delegate, amount: 15n }),
    ]);
    expect(await read(source)).toMatchObject({ delegate: some(delegate.address), delegatedAmount: 25n });
    expect((await read(destination)).amount).toBe(before.amount + 15n);
    await client.send([getRevokeInstruction({ source, owner })]);
    expect(await read(source)).toMatchObject({ delegate: none(), delegatedAmount: 0n });
    const pay = getTransferInstruction({ source, destination, authority: owner, amount: 1n });
    await client.send([getFreezeAccountInstruction({ account: source, mint, owner: payer })]);
    expect((await read(source)).state).toBe(AccountState.Frozen);
    await refused(pay, TOKEN_ERROR__ACCOUNT_FROZEN);
    await client.send([getThawAccountInstruction({ account: source, mint, owner: payer }), pay]);
    expect((await read(destination)).amount).toBe(before.amount + 16n);
  });

  it('burns, closes and hands over the authority', async () => {
    const holder = await generateKeyPairSigner();
    const account = await fund(holder.address, 8n);
    await client.send([
      getBurnInstruction({ account, mint, authority: holder, amount: 8n }),
      getCloseAccountInstruction({ account, destination: holder.address, owner: holder }),
    ]);
    expect((await fetchMaybeToken(client.rpc, account)).exists).toBe(false);
    expect((await client.rpc.getBalance(holder.address).send()).value).toBe(2_039_280n);

    const newMint = await generateKeyPairSigner();
    const plan = { payer, newMint, decimals: 0, mintAuthority: payer.address };
    await client.sendPlan(getCreateMintInstructionPlan(plan));
    const set = getSetAuthorityInstruction({
      owned: newMint.address,
      owner: payer,
      authorityType: AuthorityType.MintTokens,
      newAuthority: none(),
    });
    await client.send([set]);
    expect((await fetchMint(client.rpc, newMint.address)).data.mintAuthority).toEqual(none());
  });

  it('wraps SOL and counts it', async () => {
    const ata = await accountOf(payer.address, WRAPPED_SOL);
    await client.send([
      await getCreateAssociatedTokenIdempotentInstructionAsync({
        payer,
        owner: payer.address,
        mint: WRAPPED_SOL,
      }),
      getTransferSolInstruction({ source: payer, destination: ata, amount: 7_000n }),
      getSyncNativeInstruction({ account: ata }),
    ]);
    expect(await read(ata)).toMatchObject({ amount: 7_000n, isNative: some(2_039_280n) });
    const { value } = await client.rpc.getTokenAccountBalance(ata).send();
    expect(value).toMatchObject({ amount: '7000', decimals: 9, uiAmountString: '0.000007' });
  });

  it('does several things in one instruction', async () => {
    const [source, destination] = [await fund(owner.address, 1n), await fund(payer.address, 0n)];
    const before = await read(destination);
    await client.send([
      getBatchInstruction([
        getMintToInstruction({ mint, token: source, mintAuthority: payer, amount: 20n }),
        getTransferInstruction({ source, destination, authority: owner, amount: 21n }),
      ]),
    ]);
    expect((await read(destination)).amount).toBe(before.amount + 21n);
  });
});
