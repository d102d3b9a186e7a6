import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInferenceEngine, type InferenceEngine } from '@inferscan/inference';
import type { BenchOptions } from '../../benches.js';
import { ensurePeers, PEERS_DIR } from '../peers/install-peers.js';
import { type PeerProcess, startPeerProcess } from '../peers/peer-process.js';
import { apart, type Compared, logProbabilities } from './apart.js';
import { FAMILIES } from './families.js';
import { TINY } from './tiny-decoder.js';
import { IMAGE } from './tiny-encoders.js';
import { wordOf, writeTinyModels } from './write-tiny-models.js';

/** How far numbers may be apart: the same sums, taken in another order in single precision. */
const TOLERANCE = 1e-4;
/** Within one step of the prompt, and over several. */
const PROMPT_TOKENS = [5, 150];
const NEW_TOKENS = 24;

/**
 * Checks the engine against transformers.js on tiny models of all families, on the same files: greedy tokens must be equal, and every
 * number near. The process then ends with 1 where something is not.
 */
export async function benchParity({ report }: Pick<BenchOptions, 'report'>): Promise<void> {
  if (!(await ensurePeers())) {
    process.exitCode = 1;
    return;
  }
  const modelsDir = await mkdtemp(join(tmpdir(), 'inferscan-parity-'));
  try {
    await writeTinyModels(modelsDir);
    const peer = await startPeerProcess(PEERS_DIR, 'transformers-js-parity.mjs', { modelsDir });
    const engine = await createInferenceEngine({ modelsDir });
    try {
      for (const [name, compare] of comparisons()) {
        const { numbers, difference, problem } = await compare(engine, peer);
        report({ figure: `parity_${name}`, value: difference, unit: 'difference', runs: numbers });
        if (problem === undefined && difference <= TOLERANCE) continue;
        console.error(`${name}: ${problem ?? `numbers are ${difference} apart, more than ${TOLERANCE}`}`);
        process.exitCode = 1;
      }
    } finally {
      await engine.close();
      await peer.close();
    }
  } finally {
    await rm(modelsDir, { recursive: true, force: true });
  }
}

type Comparison = (engine: InferenceEngine, peer: PeerProcess) => Promise<Compared>;

function comparisons(): [string, Comparison][] {
  return [
    ...FAMILIES.map(({ name }): [string, Comparison] => [name, (ours, peer) => decoder(ours, peer, name)]),
    ['bert', hiddenStates],
    ['vit', image],
  ];
}

async function decoder(engine: InferenceEngine, peer: PeerProcess, model: string): Promise<Compared> {
  const parts: Compared[] = [];
  for (const length of PROMPT_TOKENS) {
    const prompt = Array.from({ length }, (_, at) =>
      wordOf(1 + ((at * 7 + (at >> 2)) % (TINY.vocabulary - 1))),
    );
    const asked = { model, prompt: prompt.join(' ') };
    const request = { ...asked, maxTokens: NEW_TOKENS, logprobs: TINY.vocabulary };
    const { tokenIds, logprobs = [] } = await engine.generate(request);
    const theirs = await peer.ask<{ ids: number[]; logits: number[][] }>({
      kind: 'decoder',
      ...asked,
      tokens: NEW_TOKENS,
    });
    const found = logprobs.map(({ top }) =>
      [...top].sort((a, b) => a.id - b.id).map(({ logprob }) => logprob),
    );
    const compared = apart(found.flat(), theirs.logits.flatMap(logProbabilities));
    const [left, right] = [tokenIds.join(' '), theirs.ids.join(' ')];
    parts.push(left === right ? compared : { ...compared, problem: `tokens are ${left}, theirs ${right}` });
  }
  const problem = parts.find((part) => part.problem !== undefined)?.problem;
  return {
    numbers: parts.reduce((sum, { numbers }) => sum + numbers, 0),
    difference: Math.max(...parts.map(({ difference }) => difference)),
    ...(problem !== undefined && { problem }),
  };
}

async function hiddenStates(engine: InferenceEngine, peer: PeerProcess): Promise<Compared> {
  const text = Array.from({ length: 11 }, (_, at) => wordOf(1 + at)).join(' ');
  const inputs = { texts: [text], normalize: false };
  const { output } = await engine.run<'embeddings'>({ task: 'embeddings', model: 'bert', inputs });
  const states = await peer.ask<number[][]>({ kind: 'hidden', model: 'bert', text });
  const mean = Array.from(
    { length: TINY.hidden },
    (_, at) => states.reduce((sum, state) => sum + (state[at] ?? Number.NaN), 0) / states.length,
  );
  return apart([...(output.vectors[0] ?? [])], mean);
}

async function image(engine: InferenceEngine, peer: PeerProcess): Promise<Compared> {
  const { side } = IMAGE;
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, at) => (at * 83) % 256);
  const plain = { width: side, height: side, pixels };
  const inputs = { images: [{ ...plain, channels: 3 as const }] };
  const { output } = await engine.run<'image-classification'>({
    task: 'image-classification',
    model: 'vit',
    inputs,
  });
  const asked = { kind: 'image', model: 'vit', ...plain, pixels: [...pixels] };
  return apart([...(output.images[0]?.logits ?? [])], await peer.ask<number[]>(asked));
}
