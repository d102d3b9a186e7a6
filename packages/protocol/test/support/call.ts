import { createHash } from 'node:crypto';
import { type Address, address, getAddressEncoder, getProgramDerivedAddress } from '@solana/kit';
import { associatedTokenAddress, marketVault } from '../../src/addresses/derive.js';
import { networkConfig } from '../../src/network/config.js';
import { addr, digest } from './addresses.js';
import { type Call, callOf, type Effect } from './chain.js';
import { ARGUMENT_NAMES, type Form, VALUES } from './forms.js';

export const MAINNET = networkConfig('mainnet');
const OLD_MINT = address('TSTntXiYheDFtAdQ1pNBM2QQncA22PCFLLRr53uBa8i');
export const NO_JOB = address('dumxV9afosyVJ5LNGUmeo4JpuajWXRJ9SH8Mc8B3cGn');
export const NO_RUN = address('dumQVNHZ1KNcLmzjMaDPEA5vFCzwHEEcQmZ8JHmmCNH');

const encoded = (key: Address) => getAddressEncoder().encode(key);
const derived = async (...seeds: (string | Address)[]): Promise<Address> => {
  const parts = seeds.map((seed) => (seed === 'project' ? seed : encoded(address(seed))));
  const [found] = await getProgramDerivedAddress({ programAddress: MAINNET.jobsProgram, seeds: parts });
  return found;
};

/** Accounts that are what the chain would have; all others are made up from their names. */
const REAL: Readonly<Record<string, Address>> = {
  tokenProgram: address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'),
  systemProgram: address('11111111111111111111111111111111'),
  rent: address('SysvarRent111111111111111111111111111111111'),
  clock: address('SysvarC1ock11111111111111111111111111111111'),
  vault: await marketVault(MAINNET, addr('market')),
  oldVault: await derived(OLD_MINT),
  oldMint: OLD_MINT,
  projectAccount: await derived('project', addr('authority')),
  deposit: await associatedTokenAddress(addr('project'), MAINNET.nosMint),
  depositOfPayer: await associatedTokenAddress(addr('payerJob'), MAINNET.nosMint),
  placeholder: NO_RUN,
};

/** Names that the tests use to tell apart what the program calls the same. */
const PROGRAM_NAMES: Readonly<Record<string, string>> = {
  oldVault: 'vault',
  oldMint: 'mint',
  projectAccount: 'project',
  depositOfPayer: 'deposit',
};

export const named = (name: string): Address => REAL[name] ?? addr(name);
const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

const discriminator = (name: string): Uint8Array =>
  new Uint8Array(
    createHash('sha256')
      .update(`global:${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`)
      .digest()
      .subarray(0, 8),
  );

const BYTES = { u8: 1, u64: 8, i64: 8, u128: 16 } as const;

function valueBytes(name: keyof typeof VALUES): Uint8Array {
  const [kind, value] = VALUES[name];
  if (kind === 'digest') return digest(value);
  let rest = value;
  return Uint8Array.from({ length: BYTES[kind] }, () => {
    const byte = Number(rest & 255n);
    rest >>= 8n;
    return byte;
  });
}

const valueNames = (form: Form) => words(form.args) as (keyof typeof VALUES)[];

/** A call in an old or new form of an instruction, with made-up accounts; `instead` exchanges some by name. */
export function callIn(
  form: Form,
  effects: readonly Effect[] = [],
  instead: Readonly<Record<string, Address>> = {},
): Call {
  const data = [...discriminator(form.name), ...valueNames(form).flatMap((name) => [...valueBytes(name)])];
  return {
    ...callOf({ programAddress: MAINNET.jobsProgram }, effects),
    accounts: words(form.accounts).map((name) => instead[name] ?? named(name)),
    data: Uint8Array.from(data),
  };
}

/** The accounts that the event must name, by the program's names. */
export const expectedAccounts = (form: Form, instead: Readonly<Record<string, Address>> = {}) =>
  Object.fromEntries(
    words(form.accounts).map((name) => [PROGRAM_NAMES[name] ?? name, instead[name] ?? named(name)]),
  );

export const expectedArgs = (form: Form) =>
  Object.fromEntries(
    valueNames(form).map((name) => {
      const [kind, value] = VALUES[name];
      const text = kind === 'digest' ? Buffer.from(digest(value)).toString('hex') : String(value);
      return [ARGUMENT_NAMES[name] ?? name, text];
    }),
  );

export const expectedRoles = (form: Form) => ({
  market: null,
  job: null,
  run: null,
  node: null,
  project: null,
  ...Object.fromEntries(
    words(form.roles).map((pair) => {
      const [role = '', account = ''] = pair.split('=');
      return [role, named(account)];
    }),
  ),
});
