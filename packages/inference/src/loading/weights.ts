import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Precision } from '../contract.js';
import { InferenceError } from '../errors.js';
import { digestFile } from './files.js';
import { GRAPH_NAMES } from './graph-names.js';
import { summariseOnnx } from './onnx-file.js';

/** Operator sets that ONNX Runtime brings; others would need a library of custom operators. */
const KNOWN_DOMAINS: ReadonlySet<string> = new Set(['ai.onnx', 'ai.onnx.ml', 'com.microsoft']);

/** One graph of a model folder with the weights that it names. */
export interface Weights {
  readonly precision: Precision;
  readonly path: string;
  /** sha256 of the graph file; with weights in other files, of the list of names and digests of all of them. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly parameters: number;
}

/**
 * Every graph below onnx/, the most precise first; not yet loaded.
 * @throws InferenceError bad_model without any, with weights outside the folder, or with custom operators
 */
export async function readWeights(directory: string): Promise<[Weights, ...Weights[]]> {
  const found: Weights[] = [];
  for (const [precision, names] of GRAPH_NAMES) {
    const path = names.map((name) => join(directory, 'onnx', name)).find((file) => existsSync(file));
    if (path !== undefined) found.push(await readGraph(directory, precision, path));
  }
  const [first, ...others] = found;
  if (first === undefined) {
    throw new InferenceError(
      'bad_model',
      `${join(directory, 'onnx', 'model.onnx')}: cannot be read (ENOENT)`,
    );
  }
  return [first, ...others];
}

/** The weights in the precision asked for; without one, the most precise. */
export function weightsIn(
  name: string,
  weights: readonly Weights[],
  precision: Precision | undefined,
  field = 'precision',
): Weights {
  const chosen = weights.find((one) => precision === undefined || one.precision === precision);
  if (chosen) return chosen;
  const offered = weights.map((one) => one.precision).join(', ');
  throw new InferenceError(
    'bad_request',
    `${field}: ${name} is not here in ${precision}; it is in ${offered}`,
  );
}

async function readGraph(directory: string, precision: Precision, path: string): Promise<Weights> {
  await requireInside(directory, path, path);
  const { parameters, externalFiles, domains } = await summariseOnnx(path);
  const unknown = domains.filter((domain) => !KNOWN_DOMAINS.has(domain));
  if (unknown.length > 0) {
    throw new InferenceError(
      'bad_model',
      `${path}: it needs operators of ${unknown.join(', ')}; libraries of custom operators are never loaded`,
    );
  }
  const graph = await digestFile(path);
  if (externalFiles.length === 0) return { precision, path, parameters, ...graph };
  const hash = createHash('sha256').update(`${graph.digest}\n`);
  let sizeBytes = graph.sizeBytes;
  for (const name of externalFiles) {
    const external = join(dirname(path), name);
    if (isAbsolute(name) || name.includes('\0')) throw outside(path, name);
    await requireInside(directory, external, path, name);
    const file = await digestFile(external);
    hash.update(`${name} ${file.digest}\n`);
    sizeBytes += file.sizeBytes;
  }
  return { precision, path, parameters, digest: hash.digest('hex'), sizeBytes };
}

/** Follows links before it compares, so that a link may not lead out of the folder either. Anything but a file may never end. */
async function requireInside(directory: string, path: string, graph: string, name = path): Promise<void> {
  const [root, real] = await Promise.all([realpath(directory), realpath(path)]).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `${graph}: ${name} cannot be read (${reason})`);
  });
  const way = relative(root, real);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) throw outside(graph, name);
  if ((await stat(real)).isFile()) return;
  throw new InferenceError('bad_model', `${graph}: ${JSON.stringify(name)} is no file`);
}

function outside(graph: string, name: string): InferenceError {
  return new InferenceError(
    'bad_model',
    `${graph}: ${JSON.stringify(name)} lies outside the model's folder and is not read`,
  );
}
