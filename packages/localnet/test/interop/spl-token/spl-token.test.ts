import {
  AuthorityType,
  amountToUiAmount,
  approve,
  burn,
  closeAccount,
  createMint,
  createMultisig,
  freezeAccount,
  getAccount,
  getAssociatedTokenAddressSync,
  getMint,
  getMultipleAccounts,
  getMultisig,
  getOrCreateAssociatedTokenAccount,
  mintTo,
  revoke,
  setAuthority,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
  TokenAccountNotFoundError,
  thawAccount,
  transfer,
  transferChecked,
  uiAmountToAmount,
} from '@solana/spl-token';
import { Connection, Keypair, LAMPORTS_PER_SOL, type PublicKey } from '@solana/web3.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestNet, type TestNet } from '../../support.js';
import { idle } from '../solana-clients/idle.js';

const DECIMALS = 6;

describe.each([
  ['the token program', TOKEN_PROGRAM_ID],
  ['Token-2022', TOKEN_2022_PROGRAM_ID],
])('@solana/spl-token with %s', (_name, program) => {
  let test: TestNet;
  let connection: Connection;
  let mint: PublicKey;
  const [payer, issuer, alice, bob] = [
    Keypair.generate(),
    Keypair.generate(),
    Keypair.generate(),
    Keypair.generate(),
  ];

  beforeAll(async () => {
    test = await startTestNet();
    connection = new Connection(test.net.url, { commitment: 'confirmed', wsEndpoint: test.net.wsUrl });
    const signature = await connection.requestAirdrop(payer.publicKey, 5 * LAMPORTS_PER_SOL);
    await connection.confirmTransaction({ signature, ...(await connection.getLatestBlockhash()) });
    mint = await createMint(
      connection,
      payer,
      issuer.publicKey,
      issuer.publicKey,
      DECIMALS,
      undefined,
      undefined,
      program,
    );
  });
  afterAll(async () => {
    await idle(connection);
    await test.stop();
  });

  const read = (address: PublicKey) => getAccount(connection, address, undefined, program);
  const readMint = () => getMint(connection, mint, undefined, program);
  /** A new token account of `owner` for `mint`, holding `amount`. */
  const fund = async (owner: PublicKey, amount: bigint): Promise<PublicKey> => {
    const { address } = await getOrCreateAssociatedTokenAccount(
      connection,
      payer,
      mint,
      owner,
      false,
      undefined,
      undefined,
      program,
    );
    await mintTo(connection, payer, mint, address, issuer, amount, [], undefined, program);
    return address;
  };

  it('creates a mint and issues tokens', async () => {
    expect(await readMint()).toMatchObject({
      decimals: DECIMALS,
      isInitialized: true,
      supply: 0n,
      mintAuthority: issuer.publicKey,
      freezeAuthority: issuer.publicKey,
    });
    const owner = Keypair.generate().publicKey;
    const absent = getAssociatedTokenAddressSync(mint, owner, false, program);
    await expect(read(absent)).rejects.toThrow(TokenAccountNotFoundError);
    const address = await fund(owner, 1_500_000n);
    expect(address.equals(absent)).toBe(true);
    expect(await read(address)).toMatchObject({ amount: 1_500_000n, mint, owner, isInitialized: true });
    expect((await readMint()).supply).toBe(1_500_000n);
    const { value } = await connection.getTokenAccountBalance(address);
    expect(value).toEqual({ amount: '1500000', decimals: DECIMALS, uiAmount: 1.5, uiAmountString: '1.5' });
    expect((await connection.getTokenSupply(mint)).value.uiAmountString).toBe('1.5');
  });

  it('transfers, with and without a check of the decimals', async () => {
    const [from, to] = [await fund(alice.publicKey, 100n), await fund(bob.publicKey, 0n)];
    await transfer(connection, payer, from, to, alice, 30n, [], undefined, program);
    await transferChecked(connection, payer, from, mint, to, alice, 20n, DECIMALS, [], undefined, program);
    const held = await getMultipleAccounts(connection, [from, to], undefined, program);
    expect(held.map(({ amount }) => amount)).toEqual([50n, 50n]);
    const sending = transfer(connection, payer, from, to, alice, 51n, [], undefined, program);
    await expect(sending).rejects.toThrow('custom program error: 0x1');
    const wrong = transferChecked(connection, payer, from, mint, to, alice, 1n, 2, [], undefined, program);
    await expect(wrong).rejects.toThrow('custom program error: 0x12');
  });

  it('lets a delegate spend as much as it was approved, until revoked', async () => {
    const owner = Keypair.generate();
    const [from, to] = [await fund(owner.publicKey, 100n), await fund(bob.publicKey, 0n)];
    await approve(connection, payer, from, alice.publicKey, owner, 40n, [], undefined, program);
    await transfer(connection, payer, from, to, alice, 15n, [], undefined, program);
    expect(await read(from)).toMatchObject({ delegate: alice.publicKey, delegatedAmount: 25n, amount: 85n });
    await revoke(connection, payer, from, owner, [], undefined, program);
    expect(await read(from)).toMatchObject({ delegate: null, delegatedAmount: 0n });
    const sending = transfer(connection, payer, from, to, alice, 1n, [], undefined, program);
    await expect(sending).rejects.toThrow('custom program error: 0x4');
  });

  it('freezes and thaws', async () => {
    const owner = Keypair.generate();
    const [from, to] = [await fund(owner.publicKey, 10n), await fund(bob.publicKey, 0n)];
    await freezeAccount(connection, payer, from, mint, issuer, [], undefined, program);
    expect((await read(from)).isFrozen).toBe(true);
    const sending = transfer(connection, payer, from, to, owner, 1n, [], undefined, program);
    await expect(sending).rejects.toThrow('custom program error: 0x11');
    await thawAccount(connection, payer, from, mint, issuer, [], undefined, program);
    expect((await read(from)).isFrozen).toBe(false);
    await transfer(connection, payer, from, to, owner, 1n, [], undefined, program);
  });

  it('burns and closes, and the rent comes back', async () => {
    const owner = Keypair.generate();
    const account = await fund(owner.publicKey, 10n);
    const { supply } = await readMint();
    const closing = () =>
      closeAccount(connection, payer, account, owner.publicKey, owner, [], undefined, program);
    await expect(closing()).rejects.toThrow('custom program error: 0xb');
    await burn(connection, payer, account, mint, owner, 10n, [], undefined, program);
    expect((await readMint()).supply).toBe(supply - 10n);
    const rent = await connection.getBalance(account);
    await closing();
    expect(await connection.getAccountInfo(account)).toBeNull();
    expect(await connection.getBalance(owner.publicKey)).toBe(rent);
  });

  it('hands over authorities', async () => {
    const own = await createMint(connection, payer, issuer.publicKey, null, 0, undefined, undefined, program);
    const set = (to: PublicKey | null, from: Keypair) =>
      setAuthority(connection, payer, own, from, AuthorityType.MintTokens, to, [], undefined, program);
    await set(alice.publicKey, issuer);
    await expect(set(bob.publicKey, issuer)).rejects.toThrow('custom program error: 0x4');
    await set(null, alice);
    const fixed = await getMint(connection, own, undefined, program);
    expect(fixed).toMatchObject({ mintAuthority: null, freezeAuthority: null });
  });

  it('lets two of three signers of a multisig issue tokens', async () => {
    const signers = [alice.publicKey, bob.publicKey, issuer.publicKey];
    const multisig = await createMultisig(connection, payer, signers, 2, undefined, undefined, program);
    expect(await getMultisig(connection, multisig, undefined, program)).toMatchObject({ m: 2, n: 3 });
    const own = await createMint(connection, payer, multisig, null, 0, undefined, undefined, program);
    const { address } = await getOrCreateAssociatedTokenAccount(
      connection,
      payer,
      own,
      alice.publicKey,
      false,
      undefined,
      undefined,
      program,
    );
    const issue = (by: Keypair[]) =>
      mintTo(connection, payer, own, address, multisig, 3n, by, undefined, program);
    await expect(issue([alice])).rejects.toThrow('missing required signature for instruction');
    await issue([alice, bob]);
    expect((await read(address)).amount).toBe(3n);
  });

  it('asks the program by simulation how amounts are written', async () => {
    expect(await amountToUiAmount(connection, payer, mint, 1_500_000n, program)).toBe('1.5');
    expect(await uiAmountToAmount(connection, payer, mint, '0.25', program)).toBe(250_000n);
  });
});
