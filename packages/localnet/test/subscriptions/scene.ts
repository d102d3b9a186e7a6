import { type Address, generateKeyPairSigner, type Instruction } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';
import bs58 from 'bs58';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { openSocket, type Socket } from '../socket.js';
import { startTestNet, type TestNet, until } from '../support.js';
import { createWallet, type Wallet } from '../wallet.js';

/** A localnet for the tests of a file, and a fresh connection for each of them. */
export interface SubscriptionScene {
  readonly test: TestNet;
  readonly payer: Wallet;
  readonly socket: Socket;
  pay(to: Address, amount: bigint): Instruction;
}

/** Starts and stops the scene with the tests around this call. */
export function setSubscriptionScene(): SubscriptionScene {
  let test: TestNet;
  let payer: Wallet;
  let socket: Socket;
  beforeAll(async () => {
    test = await startTestNet({ slotMs: 20 });
    payer = createWallet(test, await generateKeyPairSigner());
    await test.rpc('requestAirdrop', [payer.key.address, 5_000_000_000]);
    await until('the airdrop to be confirmed', async () => {
      const { result } = await test.rpc('getBalance', [payer.key.address, { commitment: 'confirmed' }]);
      return (result as { value: number }).value > 0;
    });
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    socket = await openSocket(test.net.wsUrl);
  });
  afterEach(() => socket.close());
  return {
    get test() {
      return test;
    },
    get payer() {
      return payer;
    },
    get socket() {
      return socket;
    },
    pay: (to, amount) => getTransferSolInstruction({ source: payer.key, destination: to, amount }),
  };
}

export async function newAddress(): Promise<Address> {
  return (await generateKeyPairSigner()).address;
}

/** The signature of a transaction that has only one. */
export function signatureOf(wire: string): string {
  return bs58.encode(Buffer.from(wire, 'base64').subarray(1, 65));
}
