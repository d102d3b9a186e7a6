import {
  buildAssign,
  buildClaim,
  buildClean,
  buildComplete,
  buildDelist,
  buildEnd,
  buildExtend,
  buildFinish,
  buildList,
  buildOpen,
  buildQuit,
  buildRegisterNode,
  buildStop,
  buildUpdate,
  buildWork,
} from '@inferscan/protocol';
import { NETWORK } from '../../src/genesis/network.js';
import { at, type Cast } from './cast.js';
import type { Draw } from './draw.js';
import type { Makers } from './general-instructions.js';

const network = NETWORK;
const digest = (draw: Draw): Uint8Array => new Uint8Array(32).fill(draw.second + 1);

/** The accounts that the instructions of a draw are about. */
function roles(cast: Cast, draw: Draw) {
  const [who, other] = [at(cast.wallets, draw.who), at(cast.wallets, draw.other)];
  return {
    network,
    market: at(cast.markets, draw.second === 3 ? draw.second : 0),
    who,
    other,
    // Few keys, so that jobs meet the runs that belong to them.
    job: at(cast.keys, draw.key % 2),
    run: at(cast.keys, 2 + (draw.second % 2)),
    market2: at(cast.keys, 4 + (draw.key % 2)),
  };
}

const seconds = (draw: Draw): bigint => 1n + (draw.amount % 5_000n);

/** The jobs program. */
const JOBS: Makers = {
  list: (cast, draw) => {
    const { market, who, job, run } = roles(cast, draw);
    return buildList({
      network,
      market,
      job,
      run,
      payer: who,
      definitionDigest: digest(draw),
      timeout: seconds(draw),
    });
  },
  assign: (cast, draw) => {
    const { market, who, other, job, run } = roles(cast, draw);
    const list = {
      network,
      market,
      job,
      run,
      payer: who,
      definitionDigest: digest(draw),
      timeout: seconds(draw),
    };
    return buildAssign({ ...list, node: other.address });
  },
  work: (cast, draw) => {
    const { market, who, run } = roles(cast, draw);
    return buildWork({ network, market, run, node: who });
  },
  claim: (cast, draw) => {
    const { market, who, job, run } = roles(cast, draw);
    return buildClaim({ network, market, run, node: who, job: job.address });
  },
  finish: (cast, draw) => {
    const { market, who, other, job, run } = roles(cast, draw);
    return buildFinish({
      ...{ network, market, node: who, resultDigest: digest(draw) },
      ...{ job: job.address, run: run.address, jobPayer: other.address },
      // Whoever came second, the node or the poster, paid for the run.
      runPayer: draw.key < 2 ? who.address : other.address,
    });
  },
  end: (cast, draw) => {
    const { market, who, other, job, run } = roles(cast, draw);
    return buildEnd({
      ...{ network, market, project: who, node: other.address, jobPayer: who.address },
      ...{ job: job.address, run: run.address },
      runPayer: draw.key < 2 ? other.address : who.address,
    });
  },
  delist: (cast, draw) => {
    const { market, who, job } = roles(cast, draw);
    return buildDelist({ network, market, job: job.address, project: who, payer: who.address });
  },
  extendJob: (cast, draw) => {
    const { market, who, job } = roles(cast, draw);
    return buildExtend({ network, market, job: job.address, project: who, timeout: seconds(draw) });
  },
  quit: (cast, draw) => {
    const { who, job, run } = roles(cast, draw);
    return buildQuit({ network, job: job.address, run: run.address, node: who, runPayer: who.address });
  },
  stop: (cast, draw) => {
    const { market, who } = roles(cast, draw);
    return buildStop({ network, market, node: who.address, authority: who });
  },
  clean: (cast, draw) => {
    const { market, who, job } = roles(cast, draw);
    return buildClean({ network, market, job: job.address, payer: who.address });
  },
  complete: (cast, draw) => {
    const { who, job } = roles(cast, draw);
    return buildComplete({ network, job: job.address, node: who, resultDigest: digest(draw) });
  },
  openMarket: (cast, draw) =>
    buildOpen({
      network,
      market: roles(cast, draw).market2,
      authority: at(cast.wallets, draw.who),
      ...terms(draw),
    }),
  updateMarket: (cast, draw) => {
    const { market2, who } = roles(cast, draw);
    return buildUpdate({ network, market: market2.address, authority: who, ...terms(draw) });
  },
};

const terms = (draw: Draw) => ({
  jobExpiration: draw.amount % 100_000n,
  jobPrice: draw.amount % 1_000n,
  jobTimeout: seconds(draw),
  jobType: at([0, 1, 2, 4], draw.key),
  nodeXnosMinimum: draw.amount,
});

/** The nodes program. */
const NODES: Makers = {
  registerNode: (cast, draw) =>
    buildRegisterNode({
      network,
      node: at(cast.wallets, draw.who),
      description: {
        architecture: at(['amd64', 'arm64v8'], draw.second),
        country: at([756, 840, 895, 0], draw.key),
        cpu: 4,
        gpu: draw.other,
        memory: 16,
        iops: 1_000,
        storage: 100,
        endpoint: 'https://node.example',
        icon: '',
        version: '1.0.0',
      },
    }),
};

export const JOB_KINDS: Makers = { ...JOBS, ...NODES };
