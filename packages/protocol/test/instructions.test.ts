import { AccountRole, createNoopSigner, type Instruction } from '@solana/kit';
import { describe, expect, it } from 'vitest';
import {
  associatedTokenAddress,
  marketVault,
  metadataAddress,
  rewardsReflectionAddress,
  rewardsVaultAddress,
  stakeAddress,
} from '../src/addresses/derive.js';
import { SYSTEM_PROGRAM } from '../src/addresses/programs.js';
import { decodeTransaction } from '../src/events/decode.js';
import * as build from '../src/instructions/index.js';
import { networkConfig } from '../src/network/config.js';
import { addr, digest, hexOf } from './support/addresses.js';
import { callOf, createChain } from './support/chain.js';

const network = networkConfig('mainnet');
const signer = (name: string) => createNoopSigner(addr(name));
const tokens = (owner: string) => associatedTokenAddress(addr(owner), network.nosMint);
const [market, job, run, node, payer, mint] = ['market', 'job', 'run', 'node', 'payer', 'nft mint'].map(addr);
if (!market || !job || !run || !node || !payer || !mint) throw new Error('unreachable');
const vault = await marketVault(network, market);
const definitionDigest = digest('definition');
const resultDigest = digest('result');
const terms = { jobExpiration: 1n, jobPrice: 2n, jobTimeout: 3n, jobType: 4, nodeXnosMinimum: 5n };
const rewards = {
  rewardsReflection: await rewardsReflectionAddress(network),
  rewardsVault: await rewardsVaultAddress(network),
  rewardsProgram: network.rewardsProgram,
};
const project = signer('project');
const access = {
  stake: await stakeAddress(network, node),
  nft: await tokens('node'),
  metadata: SYSTEM_PROGRAM,
};
const jobAndRun = { network, market, job, run, jobPayer: payer, runPayer: addr('run payer') };

/** Name, instruction, accounts by name, arguments, and who must sign. */
const BUILT: [string, Promise<Instruction>, Record<string, string>, Record<string, string>, string[]][] = [
  [
    'open',
    build.buildOpen({ ...terms, network, market: signer('market'), authority: signer('owner') }),
    { vault, mint: network.nosMint, accessKey: SYSTEM_PROGRAM, authority: addr('owner') },
    { jobExpiration: '1', jobPrice: '2', jobTimeout: '3', jobType: '4', nodeXnosMinimum: '5' },
    ['market', 'owner'],
  ],
  [
    'update',
    build.buildUpdate({ ...terms, network, market, authority: signer('owner'), accessKey: addr('key') }),
    { accessKey: addr('key') },
    { jobExpiration: '1', jobPrice: '2', jobTimeout: '3', jobType: '4', nodeStakeMinimum: '5' },
    ['owner'],
  ],
  [
    'close',
    build.buildClose({ network, market, authority: signer('owner') }),
    { vault, user: await tokens('owner') },
    {},
    ['owner'],
  ],
  [
    'closeAdmin',
    build.buildCloseAdmin({ network, market, authority: signer('admin'), user: addr('elsewhere') }),
    { vault, user: addr('elsewhere') },
    {},
    ['admin'],
  ],
  [
    'list',
    build.buildList({
      network,
      market,
      job: signer('job'),
      run: signer('run'),
      payer: signer('payer'),
      definitionDigest,
      timeout: 60n,
    }),
    { ...rewards, vault, user: await tokens('payer'), authority: payer, payer },
    { ipfsJob: hexOf(definitionDigest), timeout: '60' },
    ['job', 'run', 'payer', 'payer'],
  ],
  [
    'assign',
    build.buildAssign({
      network,
      market,
      node,
      project,
      job: signer('job'),
      run: signer('run'),
      payer: signer('payer'),
      definitionDigest,
      timeout: 60n,
    }),
    { ...rewards, vault, node, user: await tokens('payer'), authority: project.address },
    { ipfsJob: hexOf(definitionDigest), timeout: '60' },
    ['job', 'run', 'payer', 'project'],
  ],
  [
    'delist',
    build.buildDelist({ network, market, job, project, payer }),
    { vault, deposit: await tokens('payer'), payer },
    {},
    ['project'],
  ],
  [
    'extend',
    build.buildExtend({ network, market, job, project, timeout: 90n }),
    { ...rewards, vault, user: await tokens('project'), payer: project.address },
    { timeout: '90' },
    ['project', 'project'],
  ],
  [
    'end',
    build.buildEnd({ ...jobAndRun, node, project }),
    { vault, deposit: await tokens('payer'), user: await tokens('node'), payer: addr('run payer') },
    {},
    ['project'],
  ],
  [
    'recover',
    build.buildRecover({ network, market, job, project, payer }),
    { vault, user: await tokens('payer'), payer },
    {},
    ['project'],
  ],
  [
    'work',
    build.buildWork({ network, market, node: signer('node'), run: signer('run') }),
    { ...access, payer: node },
    {},
    ['run', 'node', 'node'],
  ],
  [
    'claim',
    build.buildClaim({
      network,
      market,
      job,
      node: signer('node'),
      run: signer('run'),
      payer: signer('payer'),
      accessNft: mint,
    }),
    {
      ...access,
      nft: await associatedTokenAddress(node, mint),
      metadata: await metadataAddress(mint),
      payer,
    },
    {},
    ['run', 'payer', 'node'],
  ],
  [
    'stop',
    build.buildStop({ network, market, node, authority: signer('owner') }),
    { node, authority: addr('owner') },
    {},
    ['owner'],
  ],
  [
    'finish',
    build.buildFinish({ ...jobAndRun, node: signer('node'), resultDigest }),
    {
      vault,
      deposit: await tokens('payer'),
      user: await tokens('node'),
      payerJob: payer,
      payerRun: addr('run payer'),
    },
    { ipfsResult: hexOf(resultDigest) },
    ['node'],
  ],
  [
    'complete',
    build.buildComplete({ network, job, node: signer('node'), resultDigest }),
    { job },
    { ipfsResult: hexOf(resultDigest) },
    ['node'],
  ],
  [
    'quit',
    build.buildQuit({ network, job, run, node: signer('node'), runPayer: payer }),
    { payer },
    {},
    ['node'],
  ],
  [
    'quitAdmin',
    build.buildQuitAdmin({ network, run, runPayer: payer, admin: signer('admin') }),
    { payer },
    {},
    ['admin'],
  ],
  ['clean', build.buildClean({ network, market, job, payer }), { market, payer }, {}, []],
  [
    'cleanAdmin',
    build.buildCleanAdmin({ network, job, payer, admin: signer('admin') }),
    { payer },
    {},
    ['admin'],
  ],
];

describe('builders', () => {
  it.each(BUILT)(
    '%s resolves accounts, arguments and signers',
    async (name, built, accounts, args, signers) => {
      const instruction = await built;
      expect(instruction.programAddress).toBe(network.jobsProgram);
      const [event] = decodeTransaction(createChain().tx([callOf(instruction)]), network);
      expect(event).toMatchObject({ instruction: name, accounts, args });
      const signing = (instruction.accounts ?? []).filter(
        ({ role }) => role === AccountRole.READONLY_SIGNER || role === AccountRole.WRITABLE_SIGNER,
      );
      expect(signing.map(({ address }) => address)).toEqual(signers.map(addr));
      expect(signing.every((account) => 'signer' in account)).toBe(true);
    },
  );

  it.each([0, 31, 33])('refuse a digest of %i bytes', async (length) => {
    const bad = new Uint8Array(length);
    const listing = {
      network,
      market,
      job: signer('job'),
      run: signer('run'),
      payer: signer('payer'),
      timeout: 1n,
    };
    await expect(build.buildList({ ...listing, definitionDigest: bad })).rejects.toThrow(/32 bytes/);
    await expect(build.buildAssign({ ...listing, node, definitionDigest: bad })).rejects.toThrow(RangeError);
    await expect(
      build.buildComplete({ network, job, node: signer('node'), resultDigest: bad }),
    ).rejects.toThrow(RangeError);
    await expect(
      build.buildFinish({ ...jobAndRun, node: signer('node'), resultDigest: bad }),
    ).rejects.toThrow(RangeError);
  });
});
