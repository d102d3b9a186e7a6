import { type Address, generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { createWallet, type Wallet } from '../wallet.js';
import { type StillNet, startStillNet } from './network.js';

/** A localnet that stands still, with somebody on it who has finalized SOL. */
export interface World extends StillNet {
  readonly payer: Wallet;
  /** Puts an account in place. */
  place(address: string, account: PlacedAccount): Promise<void>;
  /** Sends a transaction; it is confirmed when this returns. */
  send(wire: string, config?: object): Promise<string>;
  /** Closes as many slots as it takes to finalize everything so far. */
  finalize(): Promise<void>;
}

export interface PlacedAccount {
  readonly owner: string;
  readonly data: Uint8Array;
  readonly lamports?: number;
}

export const SOL = 1_000_000_000;

/** Slots after which a block is final, and one more for the open one. */
const FINALITY = 32;

export const startWorld = async (): Promise<World> => worldOn(await startStillNet());

/** Makes a world of a localnet that is new. */
export async function worldOn(net: StillNet): Promise<World> {
  const payer = createWallet(net, await generateKeyPairSigner());
  await net.result('requestAirdrop', [payer.key.address, 10 * SOL]);
  await net.step(FINALITY);
  return {
    ...net,
    payer,
    async place(address, { owner, data, lamports = 1_000_000 }) {
      const encoded = [Buffer.from(data).toString('base64'), 'base64'];
      await net.control('setAccount', address, { lamports, owner, data: encoded });
    },
    async send(wire, config = {}) {
      const signature = await net.result('sendTransaction', [
        wire,
        { encoding: 'base64', preflightCommitment: 'processed', ...config },
      ]);
      await net.step();
      return String(signature);
    },
    finalize: () => net.step(FINALITY),
  };
}

/** An address that nobody has used. */
export const freshAddress = async (): Promise<Address> => (await freshKey()).address;

const freshKey = (): Promise<KeyPairSigner> => generateKeyPairSigner();
